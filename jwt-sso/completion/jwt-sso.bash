# bash completion for jwt-sso(1). The names of profiles come from jwt-sso itself.

_jwt_sso()
{
    local program=${1:-jwt-sso} current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local verb=${COMP_WORDS[1]} words=
    COMPREPLY=()
    # Readline makes a word of its own of the `=` in --name=value.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if ((COMP_CWORD == 1)); then
        words='login setup status token renew logout profiles help version --help --version'
    elif [[ $previous == --host ]]; then
        mapfile -t COMPREPLY < <(compgen -A hostname -- "$current")
        return
    elif [[ $previous == --audience || $previous == --least ]]; then
        return
    elif [[ $current == -* ]]; then
        case $verb in
            login) words='--device --paste' ;;
            setup) words='--yes --remove' ;;
            status | profiles) words='--json' ;;
            token) words='--audience --host' ;;
            renew) words='--least --quiet' ;;
            logout) words='--all' ;;
        esac
        [[ -n $words ]] && words+=' --help'
    else
        case $verb in
            login | setup | status | token | renew | logout)
                words=$("$program" profiles 2>/dev/null | cut -d ' ' -f 1) ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _jwt_sso jwt-sso
