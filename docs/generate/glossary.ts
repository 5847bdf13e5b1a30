/** docs/glossary.md, from the words that the report explains. */
import { GLOSSARY } from '../../functions/report/html/glossary.ts';

export function renderGlossary(): string {
  const rows = GLOSSARY.map(({ term, meaning }) => `**${term}**: ${meaning}`);
  return `# Glossary\n\n<!-- Made by \`npm run docs\`. The report shows the same list. -->\n\n${rows.join('\n\n')}\n`;
}
