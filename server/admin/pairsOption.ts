import { InvalidArgumentError } from 'commander';

/**
 * Reads an option like `wechat=wx0123456789abcdef` that may be repeated.
 *
 * @throws InvalidArgumentError, which Commander shows with the option's name
 */
export const readPair =
  (example: string) =>
  (text: string, before: Record<string, string> = {}): Record<string, string> => {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (!name || !value) throw new InvalidArgumentError(`It must be like ${example}.`);
    if (name in before) throw new InvalidArgumentError(`${name} is given twice.`);
    return { ...before, [name]: value };
  };
