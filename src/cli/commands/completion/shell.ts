/** The shells that there is a completion script for. */

/** Each shell with the command that installs its script; zsh needs that folder in its `fpath`. */
export const SHELLS = [
  ["bash", "gait completion bash > ~/.local/share/bash-completion/completions/gait"],
  ["zsh", "gait completion zsh > ~/.zfunc/_gait"],
  ["fish", "gait completion fish > ~/.config/fish/completions/gait.fish"],
  ["powershell", "gait completion powershell >> $PROFILE"],
] as const;
export type Shell = (typeof SHELLS)[number][0];
