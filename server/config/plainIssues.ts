import type * as z from 'zod';

/** Names of expected types, by Zod's name of the type. */
const nouns: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a set of fields',
  record: 'a set of fields',
};

/** Rewords Zod's issues for operators. A schema's own message takes precedence. */
const plainWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      if (issue.expected === 'string' && ['number', 'boolean'].includes(typeof issue.input)) return 'must be text: put it in quotes';
      return `must be ${nouns[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.join(' or ')}`;
    case 'unrecognized_keys':
      return 'is not a known field';
    case 'too_small':
      return issue.origin === 'string' && issue.minimum === 1 ? 'must not be empty' : `must have at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' ? `must have at most ${issue.maximum} characters` : `must be at most ${issue.maximum}`;
    default:
      return undefined;
  }
};

export interface PlainIssue {
  path: PropertyKey[];
  /** The problem, to follow the field's name. */
  message: string;
}

/** Parses a value, or lists its problems by field. */
export function readPlainly<T>(shape: z.ZodType<T>, value: unknown): { data: T } | { issues: PlainIssue[] } {
  const result = shape.safeParse(value, { error: plainWords });
  if (result.success) return { data: result.data };
  return {
    issues: result.error.issues.map((issue) => ({
      path: issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path,
      message: issue.message,
    })),
  };
}

/** @param whole name of the whole value, for issues that are not in a field */
export const sayIssue = ({ path, message }: PlainIssue, whole: string): string => `${path.join('.') || whole}: ${message}`;
