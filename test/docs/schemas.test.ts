import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { publishedSchemas } from '../../docs/generate/write-schemas.ts';
import { defaultConfiguration } from '../../functions/inputs/configuration-check.ts';

describe('published schemas', () => {
  it.each(Object.entries(publishedSchemas()))(
    'Given %s, When made anew, Then it is the one in docs (else run docs/generate/write-schemas.ts)',
    (file, schema) => {
      const published = readFileSync(new URL(`../../docs/schemas/${file}`, import.meta.url), 'utf8');
      expect(JSON.parse(published)).toEqual(JSON.parse(JSON.stringify(schema)));
    },
  );

  it('Given the configuration, When published, Then it has every field, requires none and refuses others', () => {
    expect(publishedSchemas()['configuration.schema.json']).toMatchObject({
      $id: 'urn:dhmc-rollout:schema:configuration:1',
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(defaultConfiguration()).map(([key, value]) => [
          key,
          expect.objectContaining({ default: value === null ? null : expect.anything() }),
        ]),
      ),
    });
    expect(publishedSchemas()['configuration.schema.json']).not.toHaveProperty('required');
  });

  it('Given the run input, When published, Then it requires mode and trigger', () => {
    expect(publishedSchemas()['run-input.schema.json']).toMatchObject({
      title: expect.any(String),
      required: ['mode', 'trigger'],
    });
  });
});
