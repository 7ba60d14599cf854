# bash completion for jwtctl(1). The verbs, options and issuers come from jwtctl itself.

# Prints the first column of what `jwtctl complete` says. $1 is jwtctl as it was typed.
_jwtctl_list()
{
    local program=$1
    shift
    "$program" complete "$@" 2>/dev/null | cut -f 1
}

# Prints the names of issuers, in the configuration that the command line names.
_jwtctl_issuers()
{
    local i
    for ((i = 2; i + 1 < COMP_CWORD; i++)); do
        if [[ ${COMP_WORDS[i]} == --config ]]; then
            [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))
            _jwtctl_list "$1" --issuers --config "${COMP_WORDS[i + 1]}"
            return
        fi
    done
    _jwtctl_list "$1" --issuers
}

_jwtctl()
{
    local program=${1:-jwtctl} current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local verb=${COMP_WORDS[1]} kind=-d depth=1
    COMPREPLY=()
    # Readline makes a word of its own of the `=` in --name=value.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "$(_jwtctl_list "$program")" -- "$current")
        return
    fi
    case $previous in
        --alg)
            mapfile -t COMPREPLY < <(compgen -W 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512
                EdDSA Ed25519 HS256 HS384 HS512' -- "$current") ;;
        --use)
            mapfile -t COMPREPLY < <(compgen -W 'certificate prompt' -- "$current") ;;
        --flow)
            mapfile -t COMPREPLY < <(compgen -W 'code device paste client_credentials jwt_bearer
                token_exchange' -- "$current") ;;
        --config | --denylist | --key | --bind | --certificate | --token | --client-secret-file | --assertion-file)
            if [[ $verb == client-profile && $previous == --token ]]; then
                mapfile -t COMPREPLY < <(compgen -W 'id access' -- "$current")
                return
            fi
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        --out | --root | --sessions)
            compopt -o filenames 2>/dev/null
            [[ $previous == --out && $verb != keygen ]] && kind=-f
            mapfile -t COMPREPLY < <(compgen $kind -- "$current") ;;
        --sessions)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        --user | --account)
            mapfile -t COMPREPLY < <(compgen -u -- "$current") ;;
        --service)
            mapfile -t COMPREPLY < <(cd /etc/pam.d 2>/dev/null && compgen -f -- "$current") ;;
        --issuer)
            mapfile -t COMPREPLY < <(compgen -W "$(_jwtctl_issuers "$program")" -- "$current") ;;
        --host)
            mapfile -t COMPREPLY < <(compgen -A hostname -- "$current") ;;
        --at | --before | --sub | --jti | --ttl | --timeout | --claim | --header | --kid | --typ | --bits | --verifies | --valid | \
            --client-id | --scope | --resource | --redirect-uri | --port | --url) ;;
        *)
            local words
            # This verb has verbs below it.
            [[ $verb == denylist ]] && ((COMP_CWORD > 2)) && depth=2
            words=$(_jwtctl_list "$program" -- "${COMP_WORDS[@]:1:depth}")
            [[ $verb == refresh || $verb == client-profile ]] && words+=" $(_jwtctl_issuers "$program")"
            [[ $verb == explain || $verb == inspect || $verb == certify ]] && compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(
                case $verb in
                    enable | disable) cd /etc/pam.d 2>/dev/null && compgen -f -- "$current" ;;
                    explain | inspect | certify) compgen -f -- "$current" ;;
                esac
                compgen -W "$words" -- "$current") ;;
    esac
}

complete -F _jwtctl jwtctl
