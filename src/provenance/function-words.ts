/** Words that are not names: articles, pronouns, prepositions, conjunctions, auxiliaries, and small words of requests. */

const WORDS: ReadonlySet<string> = new Set(
  `a about above after again all also am an and any are as at be been before being below between both but by can cannot
   could did do does doing done down during each few for from further had has have having he her here hers him his how i
   if in into is it its just me more most my no nor not now of off on once only or other our ours out over own please
   same shall she should so some such than thank thanks that the their theirs them then there these they this those
   through to too under until up us very was we were what when where which while who whom whose why will with would yes
   you your yours`.split(/\s+/),
);

/** Whether a word is a common one that names no person or thing by itself, regardless of case. */
export function isFunctionWord(word: string): boolean {
  return WORDS.has(word.toLowerCase());
}
