/** Keys of `prior` and `per` over records: what a caller may add or leave out makes no other key. */
import { expect, test } from "vitest";
import { runTests } from "../../src/scenario/run-tests.js";
import { bundleOf } from "../scenario/policy.js";

const VENDORS = `
agent bot { acts for user }
type Known = { iban: text<34>  name: text<40>  @advisory note?: text }
type Paid  = { iban: text<34> as "account"  name: text<40>  @advisory memo?: text  reference?: text }
tool vendors.add { action write  tier 2  args { vendor: Known }  accepts any  yields nothing }
tool vendors.pay { action write  tier 2  args { vendor: Paid  extra: list<Paid, 3> }  accepts any  yields nothing }
allow adding { agent bot  call vendors.add, vendors.pay }
deny too_new { call vendors.pay  when prior vendors.add within 1d same args.vendor }
limit once { call any write  per args.vendor  at most 3 calls in 1h }
limit listed { call vendors.pay  per args.extra  at most 1 calls in 1h }
`;

async function failures(steps: string): Promise<string[]> {
  const { results } = await runTests(
    bundleOf(`${VENDORS}
test "it" { given user "ana"  given agent bot  ${steps} }`),
  );
  return results.flatMap((result) => result.failures.map(({ message }) => message));
}

const ADD = (note: string) => `call vendors.add { vendor: { iban: "DE1", name: "Acme"${note} } }`;
const PAY = (more: string, extra = "") =>
  `call vendors.pay { vendor: { iban: "DE1", name: "Acme"${more} }, extra: [${extra}] }`;

test.each(["", ', memo: "another"', ', reference: "R-1"', ', memo: "x", reference: "y"'])(
  "a new vendor is not paid, whatever else is sent: %s",
  async (more) => {
    expect(
      await failures(`${ADD(', note: "first"')} expect allow by adding  ${PAY(more)} expect deny by too_new`),
    ).toEqual([]);
  },
);

test("another vendor is paid", async () => {
  expect(
    await failures(`${ADD("")} expect allow by adding
      call vendors.pay { vendor: { iban: "DE2", name: "Acme" }, extra: [] } expect allow by adding`),
  ).toEqual([]);
});

test("notes begin no new count", async () => {
  expect(
    await failures(`${ADD("")} expect allow  ${ADD(', note: "a"')} expect allow  ${ADD(', note: "b"')} expect allow
      ${ADD(', note: "c"')} expect deny by once`),
  ).toEqual([]);
});

test("tools that share a record share its count", async () => {
  expect(
    await failures(`call vendors.pay { vendor: { iban: "DE1", name: "Acme", reference: "1" }, extra: [{ iban: "A", name: "a" }] } expect allow
      call vendors.pay { vendor: { iban: "DE1", name: "Acme", reference: "2" }, extra: [{ iban: "B", name: "b" }] } expect allow
      ${ADD("")} expect allow  ${ADD("")} expect deny by once`),
  ).toEqual([]);
});

test("a note inside a list begins no new count", async () => {
  expect(
    await failures(`${PAY("", '{ iban: "A", name: "a" }')} expect allow
      ${PAY("", '{ iban: "A", name: "a", memo: "x" }')} expect deny by listed`),
  ).toEqual([]);
});
