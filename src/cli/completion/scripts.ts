import { COMPLETE } from '../program-name.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script that makes a shell ask this program. It knows no command by itself, so it stays right when the program is newer. */
export const completionScript = (shell: Shell): string => SCRIPTS[shell];

/** Runs in bash 3.2 too, which is what macOS has: no mapfile, no negative subscripts. */
const BASH = `# bash completion of cephflow; load it with: source <(cephflow completion bash)
_cephflow() {
  local rest="$COMP_LINE" part spaces last="" line name index=-1
  local -a words
  # bash takes words apart at : and =, of which ids and flags are full: what stands together is put together again.
  for part in "\${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
    spaces="\${rest%%[![:space:]]*}"
    rest="\${rest#"$spaces"}"
    rest="\${rest#"$part"}"
    if [[ -n $spaces || index -lt 0 ]]; then
      index=$((index + 1))
      words[index]="$part"
    else
      words[index]="\${words[index]}$part"
    fi
    last="$part"
  done
  local current="\${words[index]}"
  # Only what stands behind the last : or = is replaced.
  [[ $last == : || $last == = ]] && last=""
  local kept="\${current%"$last"}"
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :0)
        compopt -o filenames 2>/dev/null
        while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$last")
        ;;
      :*) ;;
      *)
        name="\${line%%$'\\t'*}"
        COMPREPLY+=("\${name#"$kept"}")
        ;;
    esac
  done < <(cephflow ${COMPLETE} "\${words[@]:1}" 2>/dev/null)
}
complete -F _cephflow cephflow`;

const ZSH = `#compdef cephflow
# zsh completion of cephflow; load it with: source <(cephflow completion zsh)
_cephflow() {
  local line name
  local -a names shown
  for line in "\${(@f)$(cephflow ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case "$line" in
      :0) _files ;;
      :*|'') ;;
      *)
        name="\${line%%$'\\t'*}"
        names+=("$name")
        if [[ "$line" == *$'\\t'* ]]; then shown+=("$name  -- \${line#*$'\\t'}"); else shown+=("$name"); fi
        ;;
    esac
  done
  (( \${#names} )) && compadd -l -d shown -a names
}
# As a file in fpath it is the function itself, sourced it only makes it known.
if [[ "\${funcstack[1]}" == _cephflow ]]; then _cephflow "$@"; else compdef _cephflow cephflow; fi`;

const FISH = `# fish completion of cephflow; load it with: cephflow completion fish | source
function __cephflow_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (cephflow ${COMPLETE} $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':0'
                __fish_complete_path $current
            case ':*'
            case '*'
                echo $line
        end
    end
end
complete -c cephflow -f -a '(__cephflow_complete)'`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
