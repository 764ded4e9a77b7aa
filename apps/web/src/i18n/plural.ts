/** The grammatical number of a language: which of two words goes with a count. */

/** Chooses between two forms by the language's own rules. */
export const pluralOf = (language: string): ((count: number, one: string, other: string) => string) => {
  const rules = new Intl.PluralRules(language)
  return (count, one, other) => (rules.select(count) === 'one' ? one : other)
}
