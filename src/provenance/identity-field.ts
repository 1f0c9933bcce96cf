/** Decides by a field's name whether it holds the name of a person or thing. */

const IDENTITY_WORDS: ReadonlySet<string> = new Set(
  `account accounts address agent assignee assignees author bcc bic branch bucket case cc channel channels
   client cluster code contact contacts customer customers database destination device document domain email
   emails file filename files folder from group groups guid handle host hostname iban id ids identifier invoice
   ip issue key link login mail member members name names namespace number order org organisation organization
   owner owners page participant participants path payee payer person phone project projects receiver recipient
   recipients ref reference repo repository resource room sender server service slug source table target team
   tenant ticket to uri url urls user username users uuid vendor vendors workspace`.split(/\s+/),
);

/** Whether the last word of a field's name is a word for identities: `userId`, `to`, `channel`; not `message_body`. */
export function isIdentityField(field: string): boolean {
  if (field.length > 128) return false;
  const words = field
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .match(/[a-z]+/g);
  return words !== null && IDENTITY_WORDS.has(words.at(-1)!);
}
