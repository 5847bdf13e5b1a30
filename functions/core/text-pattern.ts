/**
 * Whether a text matches a pattern of IAM: `*` any run of characters, `?` any one (IAM user guide, "Using wildcards in
 * resource ARNs" and "String condition operators"). Linear in the text's length for each `*`, so that no pattern of a
 * policy can hold a run.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let resume = 0;
  while (from < text.length) {
    if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[from]) && pattern[at] !== '*') {
      at += 1;
      from += 1;
    } else if (pattern[at] === '*') {
      star = at;
      resume = from;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      from = resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
