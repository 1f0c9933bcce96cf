/**
 * The grammar as a Chevrotain parser that returns a concrete tree: no meaning and no recovery, which are in `src/syntax`.
 *
 * LL(2), alternatives tried in the order written. `writ.ebnf` and `cst.ts` are generated from it (`npm run grammar`).
 */
import "./object-group-by.js";
import {
  type CstNode,
  CstParser,
  type ILookaheadStrategy,
  type IParserErrorMessageProvider,
  type IToken,
  LLkLookaheadStrategy,
} from "chevrotain";
import { bindsTighter, OPERATORS, type Operator } from "./operators.js";
import {
  allTokens,
  Decimal,
  Duration,
  Int,
  keywords as k,
  marks as m,
  Name,
  RequireApproval,
  StepUp,
  Text,
  Timestamp,
  TypeName,
  Word,
} from "./tokens.js";

/** How many tokens the parser looks at to choose an alternative. */
const LOOKAHEAD = 2;

/** Only `parse-tokens.ts` reads these messages: the name of the token that the grammar required, if it was a single one. */
const errorMessageProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => expected.name,
  buildNotAllInputParsedMessage: () => "",
  buildNoViableAltMessage: () => "",
  buildEarlyExitMessage: () => "",
};

/**
 * Computes the lookahead of a production when the parser first reaches it. Chevrotain computes all of it at construction, which
 * would more than double the start of every command.
 */
class LazyLookahead extends LLkLookaheadStrategy {
  override buildLookaheadForAlternation(
    options: Parameters<ILookaheadStrategy["buildLookaheadForAlternation"]>[0],
  ): ReturnType<ILookaheadStrategy["buildLookaheadForAlternation"]> {
    return lazy(() => super.buildLookaheadForAlternation(options));
  }

  override buildLookaheadForOptional(
    options: Parameters<ILookaheadStrategy["buildLookaheadForOptional"]>[0],
  ): ReturnType<ILookaheadStrategy["buildLookaheadForOptional"]> {
    return lazy(() => super.buildLookaheadForOptional(options));
  }
}

/** A function that is made at its first call. */
function lazy<Arguments extends unknown[], Result>(
  make: () => (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  let made: ((...args: Arguments) => Result) | undefined;
  return function (this: unknown, ...args) {
    made ??= make();
    return made.apply(this, args);
  };
}

/** The parser of the language. It keeps nothing between two inputs, so one instance serves every file. */
export class WritParser extends CstParser {
  /** A test validates the grammar, so that no start of a command does. */
  constructor({ skipValidations = true } = {}) {
    super([...allTokens], {
      maxLookahead: LOOKAHEAD,
      lookaheadStrategy: new LazyLookahead({ maxLookahead: LOOKAHEAD }),
      skipValidations,
      nodeLocationTracking: "onlyOffset",
      recoveryEnabled: false,
      errorMessageProvider,
    });
    this.performSelfAnalysis();
  }

  // --- the file -------------------------------------------------------------------------------------------

  /**
   * With `take`, passes on each tree once it is read and keeps none: while one is built, the others of a large file take up no
   * memory.
   */
  readonly file = this.RULE("file", (take?: (tree: CstNode) => void) => {
    this.OPTION(() => this.#passOn(this.SUBRULE(this.moduleHeader), take));
    this.MANY(() => this.#passOn(this.SUBRULE(this.item), take));
  });

  #passOn(tree: CstNode, take: ((tree: CstNode) => void) | undefined): void {
    if (take === undefined) return;
    this.ACTION(() => {
      delete this.currCSTNode.children[tree.name];
      take(tree);
    });
  }

  readonly moduleHeader = this.RULE("moduleHeader", () => {
    this.CONSUME(k.module);
    this.SUBRULE(this.qname);
  });

  readonly item = this.RULE("item", () => {
    this.MANY(() => this.SUBRULE(this.annotation));
    this.SUBRULE(this.decl);
  });

  readonly annotation = this.RULE("annotation", () => {
    this.CONSUME(m["@"]);
    this.CONSUME(Name);
    this.OPTION(() => {
      this.CONSUME(m["("]);
      this.SUBRULE(this.value);
      this.MANY(() => {
        this.CONSUME(m[","]);
        this.SUBRULE2(this.value);
      });
      this.CONSUME(m[")"]);
    });
  });

  readonly decl = this.RULE("decl", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.label) },
      { ALT: () => this.SUBRULE(this.tag) },
      { ALT: () => this.SUBRULE(this.assurance) },
      { ALT: () => this.SUBRULE(this.role) },
      { ALT: () => this.SUBRULE(this.type) },
      { ALT: () => this.SUBRULE(this.schema) },
      { ALT: () => this.SUBRULE(this.tool) },
      { ALT: () => this.SUBRULE(this.channel) },
      { ALT: () => this.SUBRULE(this.agent) },
      { ALT: () => this.SUBRULE(this.delegation) },
      { ALT: () => this.SUBRULE(this.data) },
      { ALT: () => this.SUBRULE(this.define) },
      { ALT: () => this.SUBRULE(this.approval) },
      {
        ALT: () => {
          this.MANY(() =>
            this.OR2([{ ALT: () => this.CONSUME(k.shadow) }, { ALT: () => this.CONSUME(k.waivable) }]),
          );
          this.OR3([{ ALT: () => this.SUBRULE(this.rule) }, { ALT: () => this.SUBRULE(this.limit) }]);
        },
      },
      { ALT: () => this.SUBRULE(this.transaction) },
      { ALT: () => this.SUBRULE(this.exception) },
      { ALT: () => this.SUBRULE(this.test) },
      { ALT: () => this.SUBRULE(this.matrix) },
    ]);
  });

  readonly qname = this.RULE("qname", () => {
    this.CONSUME(Name);
    this.MANY(() => {
      this.CONSUME(m["."]);
      this.CONSUME(Word);
    });
  });

  readonly names = this.RULE("names", () => {
    this.SUBRULE(this.qname);
    this.MANY(() => {
      this.CONSUME(m[","]);
      this.SUBRULE2(this.qname);
    });
  });

  // --- values ---------------------------------------------------------------------------------------------

  readonly number = this.RULE("number", () => {
    this.OR([{ ALT: () => this.CONSUME(Int) }, { ALT: () => this.CONSUME(Decimal) }]);
  });

  readonly literal = this.RULE("literal", () => {
    this.OR([
      { ALT: () => this.CONSUME(Text) },
      { ALT: () => this.SUBRULE(this.number) },
      { ALT: () => this.CONSUME(Duration) },
      { ALT: () => this.CONSUME(Timestamp) },
      { ALT: () => this.CONSUME(k.true) },
      { ALT: () => this.CONSUME(k.false) },
    ]);
  });

  readonly value = this.RULE("value", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.literal) },
      {
        ALT: () => {
          this.CONSUME(m["-"]);
          this.SUBRULE(this.number);
        },
      },
      { ALT: () => this.SUBRULE(this.qname) },
      { ALT: () => this.SUBRULE(this.recordLit) },
      {
        ALT: () => {
          this.CONSUME(m["["]);
          this.OPTION(() => {
            this.SUBRULE(this.value);
            this.MANY(() => {
              this.CONSUME(m[","]);
              this.SUBRULE2(this.value);
            });
          });
          this.CONSUME(m["]"]);
        },
      },
    ]);
  });

  readonly recordLit = this.RULE("recordLit", () => {
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.entry));
    this.CONSUME(m["}"]);
  });

  readonly entry = this.RULE("entry", () => {
    this.CONSUME(Word);
    this.CONSUME(m[":"]);
    this.SUBRULE(this.value);
    this.OPTION(() => this.CONSUME(m[","]));
  });

  readonly span = this.RULE("span", () => {
    this.CONSUME(Timestamp);
    this.CONSUME(m[".."]);
    this.CONSUME2(Timestamp);
  });

  // --- vocabulary -----------------------------------------------------------------------------------------

  readonly label = this.RULE("label", () => {
    this.CONSUME(k.label);
    this.CONSUME(Name);
    this.OPTION(() => this.CONSUME(k.integrity));
    this.OPTION2(() => {
      this.CONSUME(k.implies);
      this.SUBRULE(this.names);
    });
  });

  readonly tag = this.RULE("tag", () => {
    this.CONSUME(k.tag);
    this.CONSUME(Name);
    this.OPTION(() => this.CONSUME(Text));
  });

  readonly assurance = this.RULE("assurance", () => {
    this.CONSUME(k.assurance);
    this.SUBRULE(this.level);
    this.MANY(() => {
      this.CONSUME(m["<"]);
      this.SUBRULE2(this.level);
    });
  });

  readonly level = this.RULE("level", () => {
    this.CONSUME(Name);
    this.OPTION(() => {
      this.CONSUME(k.as);
      this.CONSUME(Text);
    });
  });

  readonly role = this.RULE("role", () => {
    this.CONSUME(k.role);
    this.CONSUME(Name);
    this.OPTION(() => this.CONSUME(Text));
  });

  // --- types ----------------------------------------------------------------------------------------------

  readonly type = this.RULE("type", () => {
    this.CONSUME(k.type);
    this.CONSUME(TypeName);
    this.CONSUME(m["="]);
    this.SUBRULE(this.typeExpr);
  });

  readonly typeExpr = this.RULE("typeExpr", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.record) },
      { ALT: () => this.SUBRULE(this.union) },
      { ALT: () => this.SUBRULE(this.namedType) },
    ]);
  });

  readonly union = this.RULE("union", () => {
    this.CONSUME(Text);
    this.MANY(() => {
      this.CONSUME(m["|"]);
      this.CONSUME2(Text);
    });
  });

  readonly namedType = this.RULE("namedType", () => {
    this.SUBRULE(this.typeName);
    this.OPTION(() => {
      this.CONSUME(m["<"]);
      this.SUBRULE(this.typeArg);
      this.MANY(() => {
        this.CONSUME(m[","]);
        this.SUBRULE2(this.typeArg);
      });
      this.CONSUME(m[">"]);
    });
  });

  readonly typeArg = this.RULE("typeArg", () => {
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.bound);
          this.OPTION(() => {
            this.CONSUME(m[".."]);
            this.SUBRULE2(this.bound);
          });
        },
      },
      { ALT: () => this.SUBRULE(this.typeExpr) },
    ]);
  });

  readonly bound = this.RULE("bound", () => {
    this.OPTION(() => this.CONSUME(m["-"]));
    this.SUBRULE(this.number);
  });

  readonly typeName = this.RULE("typeName", () => {
    this.OR([{ ALT: () => this.CONSUME(Name) }, { ALT: () => this.CONSUME(TypeName) }]);
    this.MANY(() => {
      this.CONSUME(m["."]);
      this.CONSUME(Word);
    });
  });

  readonly record = this.RULE("record", () => {
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.field));
    this.CONSUME(m["}"]);
  });

  readonly field = this.RULE("field", () => {
    this.MANY(() => this.SUBRULE(this.annotation));
    this.CONSUME(Word);
    this.OPTION(() => this.CONSUME(m["?"]));
    this.CONSUME(m[":"]);
    this.SUBRULE(this.typeExpr);
    this.OPTION2(() => {
      this.CONSUME(m["="]);
      this.SUBRULE(this.value);
    });
    this.OPTION3(() => {
      this.CONSUME(k.as);
      this.CONSUME(Text);
    });
    this.OPTION4(() => this.CONSUME(m[","]));
  });

  readonly schema = this.RULE("schema", () => {
    this.CONSUME(k.schema);
    this.CONSUME(Name);
    this.SUBRULE(this.record);
  });

  // --- tools, channels, agents ----------------------------------------------------------------------------

  readonly tool = this.RULE("tool", () => {
    this.CONSUME(k.tool);
    this.SUBRULE(this.qname);
    this.OPTION(() => {
      this.CONSUME(k.as);
      this.CONSUME(Text);
    });
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.toolItem));
    this.CONSUME(m["}"]);
  });

  readonly toolItem = this.RULE("toolItem", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k.title);
          this.CONSUME(Text);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.action);
          this.SUBRULE(this.actionName);
          this.OPTION(() =>
            this.OR2([
              { ALT: () => this.CONSUME(k.irreversible) },
              {
                ALT: () => {
                  this.CONSUME(k.undo);
                  this.SUBRULE(this.qname);
                },
              },
            ]),
          );
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.tier);
          this.CONSUME(Int);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.args);
          this.SUBRULE(this.record);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.result);
          this.SUBRULE(this.typeExpr);
        },
      },
      { ALT: () => this.SUBRULE(this.accepts) },
      { ALT: () => this.SUBRULE(this.yields) },
      {
        ALT: () => {
          this.CONSUME(k.tags);
          this.SUBRULE(this.names);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.scope);
          this.CONSUME2(Text);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.timeout);
          this.CONSUME(Duration);
        },
      },
    ]);
  });

  readonly actionName = this.RULE("actionName", () => {
    this.OR([
      { ALT: () => this.CONSUME(k.read) },
      { ALT: () => this.CONSUME(k.write) },
      { ALT: () => this.CONSUME(k.admin) },
    ]);
  });

  readonly accepts = this.RULE("accepts", () => {
    this.CONSUME(k.accepts);
    this.OR([{ ALT: () => this.CONSUME(k.any) }, { ALT: () => this.SUBRULE(this.names) }]);
  });

  readonly yields = this.RULE("yields", () => {
    this.CONSUME(k.yields);
    this.SUBRULE(this.names);
  });

  readonly channel = this.RULE("channel", () => {
    this.CONSUME(k.channel);
    this.CONSUME(Name);
    this.SUBRULE(this.accepts);
    this.OPTION(() => this.SUBRULE(this.yields));
  });

  readonly agent = this.RULE("agent", () => {
    this.CONSUME(k.agent);
    this.CONSUME(Name);
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.agentItem));
    this.CONSUME(m["}"]);
  });

  readonly agentItem = this.RULE("agentItem", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k.title);
          this.CONSUME(Text);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.owner);
          this.CONSUME2(Text);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.acts);
          this.OR2([
            {
              ALT: () => {
                this.CONSUME(k.for);
                this.CONSUME(k.user);
              },
            },
            { ALT: () => this.CONSUME(k.alone) },
          ]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.invoked);
          this.CONSUME(k.by);
          this.SUBRULE(this.names);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.credential);
          this.CONSUME(Duration);
        },
      },
    ]);
  });

  readonly delegation = this.RULE("delegation", () => {
    this.CONSUME(k.delegation);
    this.CONSUME(m["{"]);
    this.CONSUME(k.depth);
    this.CONSUME(Int);
    this.CONSUME(m["}"]);
  });

  // --- data, defines, approvals ---------------------------------------------------------------------------

  readonly data = this.RULE("data", () => {
    this.CONSUME(k.data);
    this.CONSUME(Name);
    this.CONSUME(m[":"]);
    this.SUBRULE(this.typeExpr);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(m["="]);
          this.SUBRULE(this.dataValue);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.from);
          this.CONSUME(Text);
        },
      },
    ]);
  });

  readonly dataValue = this.RULE("dataValue", () => {
    this.OR([{ ALT: () => this.SUBRULE(this.span) }, { ALT: () => this.SUBRULE(this.value) }]);
  });

  readonly define = this.RULE("define", () => {
    this.CONSUME(k.define);
    this.CONSUME(Name);
    this.OPTION(() => {
      this.CONSUME(m["("]);
      this.SUBRULE(this.param);
      this.MANY(() => {
        this.CONSUME(m[","]);
        this.SUBRULE2(this.param);
      });
      this.CONSUME(m[")"]);
    });
    this.CONSUME(m["="]);
    this.SUBRULE(this.expr);
  });

  readonly param = this.RULE("param", () => {
    this.CONSUME(Name);
    this.CONSUME(m[":"]);
    this.SUBRULE(this.typeExpr);
  });

  readonly approval = this.RULE("approval", () => {
    this.CONSUME(k.approval);
    this.CONSUME(Name);
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.approvalItem));
    this.CONSUME(m["}"]);
  });

  readonly approvalItem = this.RULE("approvalItem", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k.from);
          this.CONSUME(k.role);
          this.SUBRULE(this.names);
          this.OPTION(() => {
            this.CONSUME(k.at);
            this.SUBRULE(this.qname);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.quorum);
          this.CONSUME(Int);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.expires);
          this.CONSUME(Duration);
        },
      },
      { ALT: () => this.SUBRULE(this.usesClause) },
      {
        ALT: () => {
          this.CONSUME(k.binds);
          this.OR2([{ ALT: () => this.CONSUME(k.args) }, { ALT: () => this.CONSUME(k.plan) }]);
        },
      },
    ]);
  });

  // --- rules ----------------------------------------------------------------------------------------------

  readonly rule = this.RULE("rule", () => {
    this.OR([
      { ALT: () => this.CONSUME(k.allow) },
      { ALT: () => this.CONSUME(k.deny) },
      { ALT: () => this.CONSUME(k.require) },
    ]);
    this.CONSUME(Name);
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.clause));
    this.CONSUME(m["}"]);
  });

  readonly clause = this.RULE("clause", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.agentClause) },
      { ALT: () => this.SUBRULE(this.callClause) },
      { ALT: () => this.SUBRULE(this.conditionClause) },
      { ALT: () => this.SUBRULE(this.needClause) },
      { ALT: () => this.SUBRULE(this.withClause) },
      { ALT: () => this.SUBRULE(this.untilClause) },
      { ALT: () => this.SUBRULE(this.becauseClause) },
    ]);
  });

  readonly agentClause = this.RULE("agentClause", () => {
    this.CONSUME(k.agent);
    this.OR([{ ALT: () => this.CONSUME(k.any) }, { ALT: () => this.SUBRULE(this.names) }]);
    this.OPTION(() => this.SUBRULE(this.forWhom));
  });

  readonly forWhom = this.RULE("forWhom", () => {
    this.CONSUME(k.for);
    this.OR([
      { ALT: () => this.CONSUME(k.any) },
      { ALT: () => this.CONSUME(k.nobody) },
      {
        ALT: () => {
          this.CONSUME(k.role);
          this.SUBRULE(this.names);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.user);
          this.CONSUME(Text);
          this.MANY(() => {
            this.CONSUME(m[","]);
            this.CONSUME2(Text);
          });
        },
      },
    ]);
  });

  readonly callClause = this.RULE("callClause", () => {
    this.CONSUME(k.call);
    this.SUBRULE(this.target);
    this.MANY(() => {
      this.CONSUME(m[","]);
      this.SUBRULE2(this.target);
    });
  });

  readonly target = this.RULE("target", () => {
    this.OR([
      { ALT: () => this.CONSUME(k.any) },
      { ALT: () => this.SUBRULE(this.channelTarget), IGNORE_AMBIGUITIES: true },
      { ALT: () => this.SUBRULE(this.pattern) },
    ]);
    this.MANY(() => this.SUBRULE(this.filter));
  });

  readonly channelTarget = this.RULE("channelTarget", () => {
    this.CONSUME(k.channel);
    this.OR([{ ALT: () => this.CONSUME(k.any) }, { ALT: () => this.SUBRULE(this.qname) }]);
  });

  readonly pattern = this.RULE("pattern", () => {
    this.CONSUME(Name);
    this.MANY(() => {
      this.CONSUME(m["."]);
      this.OR([{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(m["*"]) }]);
    });
  });

  readonly filter = this.RULE("filter", () => {
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.actionName);
          this.MANY(() => {
            this.CONSUME(k.or);
            this.SUBRULE2(this.actionName);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.tier);
          this.CONSUME(Int);
          this.OPTION(() => {
            this.CONSUME(m[".."]);
            this.CONSUME2(Int);
          });
        },
      },
      { ALT: () => this.CONSUME(k.irreversible) },
      {
        ALT: () => {
          this.CONSUME(k.tagged);
          this.SUBRULE(this.qname);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.inside);
          this.SUBRULE2(this.qname);
        },
      },
    ]);
  });

  readonly conditionClause = this.RULE("conditionClause", () => {
    this.OR([{ ALT: () => this.CONSUME(k.when) }, { ALT: () => this.CONSUME(k.unless) }]);
    this.SUBRULE(this.expr);
  });

  readonly needClause = this.RULE("needClause", () => {
    this.CONSUME(k.need);
    this.SUBRULE(this.needList);
  });

  readonly needList = this.RULE("needList", () => {
    this.SUBRULE(this.need);
    this.MANY(() => {
      this.CONSUME(m[","]);
      this.SUBRULE2(this.need);
    });
  });

  readonly need = this.RULE("need", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k.approval);
          this.SUBRULE(this.qname);
        },
      },
      {
        ALT: () => {
          this.CONSUME(StepUp);
          this.SUBRULE2(this.qname);
          this.OPTION(() => {
            this.CONSUME(k.within);
            this.CONSUME(Duration);
          });
        },
      },
      { ALT: () => this.CONSUME(k.confirmation) },
    ]);
  });

  readonly withClause = this.RULE("withClause", () => {
    this.CONSUME(k.with);
    this.SUBRULE(this.obligation);
    this.MANY(() => {
      this.CONSUME(m[","]);
      this.SUBRULE2(this.obligation);
    });
  });

  readonly obligation = this.RULE("obligation", () => {
    this.CONSUME(Name);
    this.OPTION(() => this.SUBRULE(this.arguments_));
  });

  readonly untilClause = this.RULE("untilClause", () => {
    this.CONSUME(k.until);
    this.CONSUME(Timestamp);
  });

  readonly becauseClause = this.RULE("becauseClause", () => {
    this.CONSUME(k.because);
    this.CONSUME(Text);
  });

  readonly usesClause = this.RULE("usesClause", () => {
    this.CONSUME(k.uses);
    this.CONSUME(Int);
  });

  // --- limits, transactions, exceptions -------------------------------------------------------------------

  readonly limit = this.RULE("limit", () => {
    this.CONSUME(k.limit);
    this.CONSUME(Name);
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.limitItem));
    this.CONSUME(m["}"]);
  });

  readonly limitItem = this.RULE("limitItem", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.agentClause) },
      { ALT: () => this.SUBRULE(this.callClause) },
      { ALT: () => this.SUBRULE(this.conditionClause) },
      {
        ALT: () => {
          this.CONSUME(k.per);
          this.SUBRULE(this.keys);
        },
      },
      { ALT: () => this.SUBRULE(this.atMost) },
      {
        ALT: () => {
          this.CONSUME(k.over);
          this.OR2([
            { ALT: () => this.CONSUME(k.deny) },
            { ALT: () => this.CONSUME(k.alert) },
            { ALT: () => this.SUBRULE(this.needClause) },
          ]);
        },
      },
      { ALT: () => this.SUBRULE(this.becauseClause) },
    ]);
  });

  readonly keys = this.RULE("keys", () => {
    this.SUBRULE(this.key);
    this.MANY(() => {
      this.CONSUME(m[","]);
      this.SUBRULE2(this.key);
    });
  });

  readonly key = this.RULE("key", () => {
    this.SUBRULE(this.qname);
  });

  readonly atMost = this.RULE("atMost", () => {
    this.CONSUME(k.at);
    this.CONSUME(k.most);
    this.SUBRULE(this.number);
    this.SUBRULE(this.meter);
    this.CONSUME(k.in);
    this.SUBRULE(this.window);
  });

  readonly meter = this.RULE("meter", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k.of);
          this.SUBRULE(this.sum);
        },
      },
      { ALT: () => this.CONSUME(k.calls) },
      { ALT: () => this.CONSUME(k.successes) },
      { ALT: () => this.CONSUME(k.attempts) },
      { ALT: () => this.CONSUME(k.denials) },
      { ALT: () => this.CONSUME(k.failures) },
    ]);
  });

  readonly window = this.RULE("window", () => {
    this.OR([
      { ALT: () => this.CONSUME(Duration) },
      {
        ALT: () => {
          this.CONSUME(k.calendar);
          this.CONSUME(Name);
        },
      },
      { ALT: () => this.CONSUME(k.transaction) },
      { ALT: () => this.CONSUME(k.session) },
    ]);
  });

  readonly transaction = this.RULE("transaction", () => {
    this.CONSUME(k.transaction);
    this.CONSUME(Name);
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.transactionItem));
    this.CONSUME(m["}"]);
  });

  readonly transactionItem = this.RULE("transactionItem", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.agentClause) },
      {
        ALT: () => {
          this.CONSUME(k.lasts);
          this.CONSUME(Duration);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.idle);
          this.CONSUME2(Duration);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.steps);
          this.CONSUME(Int);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.order);
          this.CONSUME(m["{"]);
          this.MANY(() => this.SUBRULE(this.transactionStep));
          this.CONSUME(m["}"]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.irreversible);
          this.CONSUME(k.last);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.confirm);
          this.CONSUME(k.plan);
        },
      },
    ]);
  });

  readonly transactionStep = this.RULE("transactionStep", () => {
    this.OR([
      { ALT: () => this.CONSUME(k.once) },
      { ALT: () => this.CONSUME(k.maybe) },
      {
        ALT: () => {
          this.CONSUME(k.at);
          this.CONSUME(k.most);
          this.CONSUME(Int);
        },
      },
    ]);
    this.SUBRULE(this.pattern);
    this.MANY(() => {
      this.CONSUME(k.or);
      this.SUBRULE2(this.pattern);
    });
  });

  readonly exception = this.RULE("exception", () => {
    this.CONSUME(k.exception);
    this.CONSUME(Name);
    this.CONSUME(k.to);
    this.SUBRULE(this.names);
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.exceptionItem));
    this.CONSUME(m["}"]);
  });

  readonly exceptionItem = this.RULE("exceptionItem", () => {
    this.OR([{ ALT: () => this.SUBRULE(this.clause) }, { ALT: () => this.SUBRULE(this.usesClause) }]);
  });

  // --- tests ----------------------------------------------------------------------------------------------

  readonly test = this.RULE("test", () => {
    this.CONSUME(k.test);
    this.CONSUME(Text);
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.step));
    this.CONSUME(m["}"]);
  });

  readonly step = this.RULE("step", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.given) },
      { ALT: () => this.SUBRULE(this.expect) },
      { ALT: () => this.SUBRULE(this.callStep) },
      { ALT: () => this.SUBRULE(this.outcome) },
      { ALT: () => this.SUBRULE(this.ruling) },
      { ALT: () => this.SUBRULE(this.begin) },
      { ALT: () => this.CONSUME(k.commit) },
      { ALT: () => this.CONSUME(k.abort) },
      { ALT: () => this.SUBRULE(this.wait) },
      { ALT: () => this.SUBRULE(this.repeat) },
    ]);
  });

  readonly given = this.RULE("given", () => {
    this.CONSUME(k.given);
    this.OR([
      {
        ALT: () => {
          this.CONSUME(k.user);
          this.CONSUME(Text);
          this.OPTION(() => this.SUBRULE(this.recordLit));
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.agent);
          this.SUBRULE(this.hop);
          this.MANY(() => {
            this.CONSUME(m[">"]);
            this.SUBRULE2(this.hop);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.now);
          this.CONSUME(Timestamp);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.tenant);
          this.CONSUME2(Text);
        },
      },
      {
        ALT: () => {
          this.OR2([{ ALT: () => this.CONSUME(k.context) }, { ALT: () => this.CONSUME(k.session) }]);
          this.SUBRULE2(this.recordLit);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.data);
          this.SUBRULE(this.qname);
          this.CONSUME(m["="]);
          this.SUBRULE(this.dataValue);
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.outage);
          this.OR3([{ ALT: () => this.CONSUME(k.on) }, { ALT: () => this.CONSUME(k.off) }]);
        },
      },
    ]);
  });

  readonly hop = this.RULE("hop", () => {
    this.SUBRULE(this.qname);
    this.OPTION(() => this.SUBRULE(this.recordLit));
  });

  readonly callStep = this.RULE("callStep", () => {
    this.OR([{ ALT: () => this.CONSUME(k.call) }, { ALT: () => this.CONSUME(k.send) }]);
    this.SUBRULE(this.qname);
    this.OPTION(() => this.SUBRULE(this.recordLit));
  });

  readonly outcome = this.RULE("outcome", () => {
    this.CONSUME(k.outcome);
    this.OR([
      { ALT: () => this.CONSUME(k.ok) },
      { ALT: () => this.CONSUME(k.failed) },
      { ALT: () => this.CONSUME(k.not_run) },
      { ALT: () => this.CONSUME(k.unknown) },
    ]);
    this.OPTION(() => this.SUBRULE(this.recordLit));
  });

  readonly ruling = this.RULE("ruling", () => {
    this.OR([{ ALT: () => this.CONSUME(k.approve) }, { ALT: () => this.CONSUME(k.reject) }]);
    this.SUBRULE(this.qname);
    this.CONSUME(k.by);
    this.CONSUME(Text);
    this.OPTION(() => this.SUBRULE(this.recordLit));
  });

  readonly begin = this.RULE("begin", () => {
    this.CONSUME(k.begin);
    this.SUBRULE(this.qname);
    this.OPTION(() => {
      this.CONSUME(k.plan);
      this.CONSUME(m["["]);
      this.MANY(() => this.SUBRULE(this.plannedCall));
      this.CONSUME(m["]"]);
    });
  });

  readonly plannedCall = this.RULE("plannedCall", () => {
    this.SUBRULE(this.qname);
    this.SUBRULE(this.recordLit);
    this.OPTION(() => this.CONSUME(m[","]));
  });

  readonly wait = this.RULE("wait", () => {
    this.CONSUME(k.wait);
    this.CONSUME(Duration);
  });

  readonly repeat = this.RULE("repeat", () => {
    this.CONSUME(k.repeat);
    this.CONSUME(Int);
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.step));
    this.CONSUME(m["}"]);
  });

  readonly expect = this.RULE("expect", () => {
    this.CONSUME(k.expect);
    this.OR([
      {
        ALT: () => {
          this.SUBRULE(this.verdict);
          this.OPTION(() => {
            this.CONSUME(k.by);
            this.SUBRULE(this.names);
          });
        },
      },
      {
        ALT: () => {
          this.CONSUME(k.needs);
          this.SUBRULE(this.needList);
        },
      },
      { ALT: () => this.SUBRULE(this.withClause) },
      { ALT: () => this.CONSUME(k.refused) },
    ]);
  });

  readonly verdict = this.RULE("verdict", () => {
    this.OR([
      { ALT: () => this.CONSUME(k.allow) },
      { ALT: () => this.CONSUME(k.deny) },
      { ALT: () => this.CONSUME(StepUp) },
      { ALT: () => this.CONSUME(RequireApproval) },
    ]);
  });

  readonly matrix = this.RULE("matrix", () => {
    this.CONSUME(k.matrix);
    this.CONSUME(Text);
    this.CONSUME(m["{"]);
    this.MANY(() => this.SUBRULE(this.given));
    this.SUBRULE(this.columns);
    this.MANY2(() => this.SUBRULE(this.row));
    this.CONSUME(m["}"]);
  });

  readonly columns = this.RULE("columns", () => {
    this.CONSUME(k.agents);
    this.SUBRULE(this.qname);
    this.MANY(() => {
      this.CONSUME(m["|"]);
      this.SUBRULE2(this.qname);
    });
  });

  readonly row = this.RULE("row", () => {
    this.SUBRULE(this.qname);
    this.SUBRULE(this.recordLit);
    this.SUBRULE(this.verdict);
    this.MANY(() => {
      this.CONSUME(m["|"]);
      this.SUBRULE2(this.verdict);
    });
  });

  // --- expressions ----------------------------------------------------------------------------------------

  readonly #plain = this.#alternatives((each) => !("takes" in each) && !("negatable" in each));
  readonly #negatable = this.#alternatives((each) => "negatable" in each);
  readonly #patterns = this.#alternatives((each) => "takes" in each);
  readonly #arithmetic = this.#alternatives(({ level }) => bindsTighter(level, "relation"));

  /** One alternative for each operator that passes, made once: every operation chooses among them. */
  #alternatives(passes: (operator: Operator) => boolean): { ALT: () => IToken }[] {
    return OPERATORS.filter(passes).map(({ token }) => ({
      ALT: () => this.CONSUME(token, { LABEL: "operator" }),
    }));
  }

  /** A flat chain: which operands belong to which operator is settled by `operators.ts` where the syntax tree is built. */
  readonly expr = this.RULE("expr", () => {
    this.SUBRULE(this.operand);
    this.MANY(() => this.SUBRULE(this.operation));
  });

  readonly operation = this.RULE("operation", () => {
    this.OR([
      {
        ALT: () => {
          this.OR2(this.#plain);
          this.SUBRULE(this.operand);
        },
      },
      {
        ALT: () => {
          this.OPTION(() => this.CONSUME(k.not));
          this.OR3(this.#negatable);
          this.SUBRULE2(this.operand);
        },
      },
      {
        ALT: () => {
          this.OR4(this.#patterns);
          this.CONSUME(Text);
        },
      },
    ]);
  });

  /** An expression before `in` or `{`, where a relation would be ambiguous with what follows. */
  readonly sum = this.RULE("sum", () => {
    this.SUBRULE(this.operand);
    this.MANY(() => {
      this.OR(this.#arithmetic);
      this.SUBRULE2(this.operand);
    });
  });

  readonly operand = this.RULE("operand", () => {
    this.MANY(() => this.CONSUME(k.not));
    this.OR([
      { ALT: () => this.SUBRULE(this.has) },
      {
        ALT: () => {
          this.OPTION(() => this.CONSUME(m["-"]));
          this.SUBRULE(this.primary);
          this.MANY2(() => this.SUBRULE(this.selector));
        },
      },
    ]);
  });

  readonly has = this.RULE("has", () => {
    this.CONSUME(k.has);
    this.SUBRULE(this.qname);
    this.OPTION(() => {
      this.CONSUME(m["["]);
      this.CONSUME(Text);
      this.CONSUME(m["]"]);
    });
  });

  readonly selector = this.RULE("selector", () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(m["."]);
          this.CONSUME(Word);
        },
      },
      {
        ALT: () => {
          this.CONSUME(m["["]);
          this.CONSUME(Text);
          this.CONSUME(m["]"]);
        },
      },
    ]);
  });

  readonly primary = this.RULE("primary", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.literal) },
      { ALT: () => this.SUBRULE(this.list) },
      {
        ALT: () => {
          this.CONSUME(m["("]);
          this.SUBRULE(this.expr);
          this.CONSUME(m[")"]);
        },
      },
      {
        ALT: () => {
          this.SUBRULE(this.qname);
          this.OPTION(() => this.SUBRULE(this.arguments_));
        },
      },
      { ALT: () => this.SUBRULE(this.prior) },
      { ALT: () => this.SUBRULE(this.quantifier) },
    ]);
  });

  readonly list = this.RULE("list", () => {
    this.CONSUME(m["["]);
    this.OPTION(() => this.SUBRULE(this.exprs));
    this.CONSUME(m["]"]);
  });

  readonly arguments_ = this.RULE("arguments", () => {
    this.CONSUME(m["("]);
    this.SUBRULE(this.exprs);
    this.CONSUME(m[")"]);
  });

  readonly exprs = this.RULE("exprs", () => {
    this.SUBRULE(this.expr);
    this.MANY(() => {
      this.CONSUME(m[","]);
      this.SUBRULE2(this.expr);
    });
  });

  readonly quantifier = this.RULE("quantifier", () => {
    this.OR([{ ALT: () => this.CONSUME(k.some) }, { ALT: () => this.CONSUME(k.all) }]);
    this.CONSUME(Name);
    this.CONSUME(k.in);
    this.SUBRULE(this.sum);
    this.CONSUME(m["{"]);
    this.SUBRULE(this.expr);
    this.CONSUME(m["}"]);
  });

  readonly prior = this.RULE("prior", () => {
    this.CONSUME(k.prior);
    this.SUBRULE(this.qname);
    this.OPTION(() =>
      this.OR([
        { ALT: () => this.CONSUME(k.ok) },
        { ALT: () => this.CONSUME(k.failed) },
        { ALT: () => this.CONSUME(k.denied) },
      ]),
    );
    this.CONSUME(k.within);
    this.CONSUME(Duration);
    this.CONSUME(k.same);
    this.OR2([
      { ALT: () => this.SUBRULE(this.key) },
      {
        ALT: () => {
          this.CONSUME(m["("]);
          this.SUBRULE(this.keys);
          this.CONSUME(m[")"]);
        },
      },
    ]);
  });
}

/** The one parser. */
export const parser = new WritParser();
