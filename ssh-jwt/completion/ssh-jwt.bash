# Completion for ssh-jwt: its own options, then whatever ssh completes to.

_ssh_jwt() {
    local cur=${COMP_WORDS[COMP_CWORD]} option='' i=1
    COMPREPLY=()

    # Skip our own options; `i` ends at the first word that is ssh's, or behind the last word if
    # that is the value of `option`.
    while ((i < COMP_CWORD)); do
        option=${COMP_WORDS[i]}
        case $option in
            --token-command | --token-file | --audience)
                # Readline makes a word of its own of the `=` in --name=value.
                [[ ${COMP_WORDS[i + 1]-} == = ]] && ((i++))
                ((i += 2))
                ;;
            --any-host | --help | --version) ((i++)) ;;
            *) break ;;
        esac
    done

    if ((i > COMP_CWORD)); then
        [[ $option == --token-file ]] && mapfile -t COMPREPLY < <(compgen -f -- "${cur#=}")
    elif ((i == COMP_CWORD)) && [[ $cur == --* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--token-command --token-file --audience --any-host
            --help --version' -- "$cur")
    else
        _ssh_jwt_delegate "$i"
    fi
}

# Completes the words from number $1 on as arguments of ssh.
_ssh_jwt_delegate() {
    COMP_WORDS=(ssh "${COMP_WORDS[@]:$1}")
    ((COMP_CWORD -= $1 - 1))
    COMP_LINE="${COMP_WORDS[*]}"
    COMP_POINT=${#COMP_LINE}
    if declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset 0
    elif declare -F _command_offset >/dev/null; then
        _command_offset 0
    else
        mapfile -t COMPREPLY < <(compgen -A hostname -- "${COMP_WORDS[COMP_CWORD]}")
    fi
}

complete -o default -F _ssh_jwt ssh-jwt
