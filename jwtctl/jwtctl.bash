# bash completion for jwtctl(1)

# The values that --alg takes.
_jwtctl_algorithms='RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519 HS256 HS384 HS512'

_jwtctl_options()
{
    case $1 in
        explain) echo --user --service --host --at --config --denylist --json --help ;;
        inspect) echo --help ;;
        check) echo --config --denylist --host --help ;;
        doctor) echo --config --denylist --verifies --root --json --help ;;
        status | keys | refresh) echo --config --json --help ;;
        deny) echo --account --issuer --sub --jti --kid --before --config --denylist --help ;;
        denied) echo --denylist --json --help ;;
        undeny) echo --account --issuer --sub --jti --kid --damaged --config --denylist --help ;;
        enable) echo --or-password --timeout --yes --dry-run --verifies --config --help ;;
        disable) echo --unconfirmed --list --dry-run --verifies --help ;;
        keygen) echo --alg --out --kid --bits --force --help ;;
        mint) echo --key --claim --header --ttl --at --alg --kid --typ --help ;;
        *) echo --help --version ;;
    esac
}

_jwtctl()
{
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local verb=${COMP_WORDS[1]}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(
            compgen -W 'explain inspect check doctor status keys refresh deny denied undeny enable disable keygen mint --help --version' -- "$current")
        return
    fi
    case $previous in
        --alg)
            mapfile -t COMPREPLY < <(compgen -W "$_jwtctl_algorithms" -- "$current") ;;
        --config | --denylist | --key)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
        --out | --root)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
        --user | --account)
            mapfile -t COMPREPLY < <(compgen -u -- "$current") ;;
        --service)
            mapfile -t COMPREPLY < <(cd /etc/pam.d 2>/dev/null && compgen -f -- "$current") ;;
        --host)
            mapfile -t COMPREPLY < <(compgen -A hostname -- "$current") ;;
        --at | --before | --issuer | --sub | --jti | --ttl | --timeout | --claim | --header | --kid | --typ | --bits | --verifies) ;;
        enable | disable)
            mapfile -t COMPREPLY < <(
                cd /etc/pam.d 2>/dev/null && compgen -f -- "$current"
                compgen -W "$(_jwtctl_options "$verb")" -- "$current") ;;
        *)
            [[ $verb == explain || $verb == inspect ]] && compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(
                [[ $verb == explain || $verb == inspect ]] && compgen -f -- "$current"
                compgen -W "$(_jwtctl_options "$verb")" -- "$current") ;;
    esac
}

complete -F _jwtctl jwtctl
