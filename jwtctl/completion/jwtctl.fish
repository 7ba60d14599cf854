# fish completion for jwtctl(1). The verbs, options and issuers come from jwtctl itself.

# Prints what `jwtctl complete` says: a word, a tab and its purpose in each line.
function __jwtctl_list
    set -l words (commandline -opc)
    $words[1] complete $argv 2>/dev/null
end

# Prints the issuers of the configuration that the command line names.
function __jwtctl_issuers
    set -l words (commandline -opc)
    set -l at (contains -i -- --config $words)
    if test -n "$at"; and test "$at" -lt (count $words)
        __jwtctl_list --issuers --config $words[(math $at + 1)]
    else
        __jwtctl_list --issuers
    end
end

function __jwtctl_services
    for file in /etc/pam.d/*
        string replace -r '.*/' '' -- $file
    end
end

# Prints what can stand at the cursor.
function __jwtctl_candidates
    set -l words (commandline -opc)
    if test (count $words) -eq 1
        __jwtctl_list
        return
    end
    switch $words[-1]
        case --alg
            printf '%s\n' {RS,PS,ES,HS}{256,384,512} EdDSA Ed25519
        case --use
            printf '%s\n' certificate prompt
        case --flow
            printf '%s\n' code device paste client_credentials jwt_bearer token_exchange
        case --config --denylist --key --bind --certificate --token --client-secret-file --assertion-file
            if test "$words[2] $words[-1]" = 'client-profile --token'
                printf '%s\n' id access
            else
                __fish_complete_path (commandline -ct)
            end
        case --out --root --sessions
            if test $words[-1] = --out; and test $words[2] != keygen
                __fish_complete_path (commandline -ct)
            else
                __fish_complete_directories (commandline -ct) ''
            end
        case --sessions
            __fish_complete_directories (commandline -ct) ''
        case --user --account
            __fish_complete_users
        case --service
            __jwtctl_services
        case --issuer
            __jwtctl_issuers
        case --host
            __fish_print_hostnames
        case --at --before --sub --jti --ttl --timeout --claim --header --kid --typ --bits --verifies --valid \
                --client-id --scope --resource --redirect-uri --port --url
            return
        case '*'
            # The verb denylist has verbs below it.
            if test $words[2] = denylist; and test (count $words) -gt 2
                __jwtctl_list -- $words[2..3]
                return
            end
            __jwtctl_list -- $words[2]
            switch $words[2]
                case enable disable
                    __jwtctl_services
                case explain inspect certify
                    __fish_complete_path (commandline -ct)
                case refresh client-profile
                    __jwtctl_issuers
            end
    end
end

complete -c jwtctl -f -a '(__jwtctl_candidates)'
