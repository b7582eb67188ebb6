/** `fairground completion`: what a shell needs to complete verbs, options and, where a server is near, ids. */
import { Argument, type Command } from 'commander';
import { line } from '../print.js';
import { DEFAULT_URL } from '../settings.js';
import type { Terminal } from '../terminal.js';
import type { Verb } from '../verb.js';

export function addCompletion(program: Verb, terminal: Terminal): void {
  program
    .command('completion')
    .description('Print a script that completes verbs, options and the ids of open markets.')
    .addArgument(new Argument('<shell>', 'whose').choices(['bash', 'zsh']))
    .example('completion bash > ~/.local/share/bash-completion/completions/fairground', 'For bash.')
    .typed('source <(fairground completion zsh)', 'In ~/.zshrc.')
    .action((shell: string) => {
      const wake = shell === 'zsh' ? 'autoload -Uz bashcompinit && bashcompinit\n' : '';
      line(terminal.out, wake + scriptOf(program));
    });
}

interface Place {
  /** `user create`; nothing at the top. */
  readonly path: string;
  readonly words: readonly string[];
  readonly wantsId: boolean;
}

const ID = /^(market|rally|topics)$/;

function placesOf(verb: Command, path: readonly string[] = []): readonly Place[] {
  const verbs = verb.commands.filter((one) => one.name() !== 'help');
  const options = verb.options.map(({ long, short }) => long ?? short ?? '');
  const words = [...verbs.map((one) => one.name()), ...options, '--help'];
  const [first] = verb.registeredArguments;
  const wantsId = ID.test(first?.name() ?? '');
  const inner = verbs.flatMap((one) => placesOf(one, [...path, one.name()]));
  return [{ path: path.join(' '), words: [...new Set(words)], wantsId }, ...inner];
}

/** Ids are asked of the server directly: starting this program for each key would take a second. */
const scriptOf = (program: Command): string => `_fairground_ids() {
  curl -s --max-time 1 "\${FAIRGROUND_URL:-${DEFAULT_URL}}/v1/markets?status=open&sort=volume&limit=100" 2>/dev/null |
    grep -o '"id":"[^"]*"' | cut -d'"' -f4
}
_fairground() {
  local word=\${COMP_WORDS[COMP_CWORD]} path= each
  for each in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $each" in
${placesOf(program)
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      "${path.includes(' ') ? path : ` ${path}`}") path="${path}" ;;`)
  .join('\n')}
    esac
  done
  local words=
  case "$path" in
${placesOf(program)
  .map(({ path, words, wantsId }) => {
    const ids = wantsId ? ' $([[ $word == -* ]] || _fairground_ids)' : '';
    return `    "${path}") words="${words.join(' ')}${ids}" ;;`;
  })
  .join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _fairground fairground`;
