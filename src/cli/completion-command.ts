import { Argument, type Command } from 'commander';
import type { TreeCommand } from './command-tree.ts';
import { writeStdout } from './output.ts';

/** How each shell's script is loaded: only the one asked for. */
const SHELLS: Readonly<Record<string, () => Promise<(root: TreeCommand) => string>>> = {
  bash: async () => (await import('./completion-bash.ts')).bashCompletion,
  zsh: async () => (await import('./completion-zsh.ts')).zshCompletion,
  fish: async () => (await import('./completion-fish.ts')).fishCompletion,
};

/** `pgmedic completion bash|zsh|fish`, and the hidden `pgmedic man`: both made from the tree they stand in. */
export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS)))
    .helpOption('--help', 'show this help')
    .action(async (shell: string) => {
      const script = await SHELLS[shell]?.();
      if (script === undefined) return;
      const { commandTree } = await import('./command-tree.ts');
      await writeStdout([script(commandTree(program))]);
    });
  program.command('man', { hidden: true }).action(async () => {
    const [{ manPage }, { commandTree }] = await Promise.all([import('./man-page.ts'), import('./command-tree.ts')]);
    await writeStdout([manPage(commandTree(program))]);
  });
}
