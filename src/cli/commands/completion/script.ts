/**
 * The completion scripts. They are the same for every version: they call `gait completion candidates` of the program on
 * the PATH. They don't call the program being typed: it may be an unchecked `./gait` on a USB stick, and Tab must not
 * run it.
 */

import type { ScriptOutput } from "../../../schema/answer/program.ts";
import type { Answer } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import type { Shell } from "./shell.ts";

// Bash splits words at `=`, and replaces only the part after it. Must work in 3.2, which macOS has.
const BASH = `# bash completion for gait
_gait() {
  local -a words=()
  local word glue="" kind="" current file i n
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${"$"}{COMP_WORDS[i]}
    n=${"$"}{#words[@]}
    if [[ n -gt 0 && $word == "=" ]]; then
      words[n-1]+="="
      glue=1
    elif [[ -n $glue ]]; then
      words[n-1]+=$word
      glue=""
    else
      words+=("$word")
    fi
  done
  n=${"$"}{#words[@]}
  current=${"$"}{words[n-1]}
  words[n-1]=$current.
  file=$current
  [[ $current == --*=* ]] && file=${"$"}{current#*=}
  COMPREPLY=()
  while read -r word _; do
    if [[ -z $kind ]]; then
      kind=$word
      continue
    fi
    [[ $current == --*=* ]] && word=${"$"}{word#*=}
    COMPREPLY+=("$word")
  done < <(command gait completion candidates -- "${"$"}{words[@]}" 2>/dev/null)
  local action=""
  [[ $kind == file ]] && action=-f
  [[ $kind == folder ]] && action=-d
  if [[ -n $action ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r word; do
      COMPREPLY+=("$word")
    done < <(compgen $action -- "$file")
  fi
}
complete -F _gait gait
`;

const ZSH = String.raw`#compdef gait
# zsh completion for gait
_gait() {
  local -a lines values
  local kind line
  lines=("${"$"}{(@f)$(command gait completion candidates -- "${"$"}{(@Q)words[2,CURRENT-1]}" "${"$"}{(Q)words[CURRENT]}." 2>/dev/null)}")
  kind=${"$"}lines[1]
  shift lines
  if [[ $words[CURRENT] == --*=* ]]; then
    compset -P '*='
    lines=("${"$"}{(@)lines#*=}")
  fi
  for line in $lines; do
    values+=("${"$"}{${"$"}{line%% *}//:/\\:}:${"$"}{line#* }")
  done
  (( $#values )) && _describe -t values value values
  case $kind in
    file) _files ;;
    folder) _files -/ ;;
  esac
}
if [[ $funcstack[1] == _gait ]]; then
  _gait "$@"
else
  compdef _gait gait
fi
`;

const FISH = String.raw`# fish completion for gait
function __gait_candidates
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    set -l lines (command gait completion candidates -- $words "$current." 2>/dev/null)
    set -l kind $lines[1]
    set -e lines[1]
    for line in $lines
        string replace ' ' \t -- $line
    end
    set -l start (string match -r -- '^--[^=]*=' $current)
    set -l file (string replace -r -- '^--[^=]*=' '' $current)
    switch "$kind"
        case file
            for path in (__fish_complete_path "$file")
                echo "$start$path"
            end
        case folder
            for path in (__fish_complete_directories "$file")
                echo "$start$path"
            end
    end
end
complete -c gait -f -a '(__gait_candidates)'
`;

// If nothing is returned, PowerShell completes files.
const POWERSHELL = `# PowerShell completion for gait
Register-ArgumentCompleter -Native -CommandName 'gait', 'gait.exe' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object {
            if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value }
            else { $_.Extent.Text }
        })
    $gait = Get-Command gait -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($null -eq $gait) { return }
    $lines = @(& $gait completion candidates '--' @words "$wordToComplete." 2>$null)
    $lines | Select-Object -Skip 1 | ForEach-Object {
        $value, $description = $_ -split ' ', 2
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
    }
}
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };

export function printScript(shell: Shell): Answer<ScriptOutput> {
  const script = SCRIPTS[shell];
  return { exit: EXIT.ok, json: { shell, script }, text: script };
}
