# fish completion for jwt-sso(1). The names of profiles come from jwt-sso itself.

function __jwt_sso_profiles
    set -l words (commandline -opc)
    $words[1] profiles 2>/dev/null | string replace -r '  +' \t
end

# Prints what can stand at the cursor: a word, a tab and its purpose in each line.
function __jwt_sso_candidates
    set -l words (commandline -opc)
    if test (count $words) -eq 1
        printf '%s\t%s\n' login 'Log in with the browser' setup 'Let plain ssh use the certificate' \
            status 'Show who is logged in, and how long' token 'Print a token' renew 'Renew what ends soon' \
            logout 'End the login' profiles 'List the profiles' help 'Show the help' version 'Show the version' \
            --help 'Show the help' --version 'Show the version'
        return
    end
    switch $words[-1]
        case --host
            __fish_print_hostnames
            return
        case --audience --least
            return
    end
    if not string match -q -- '-*' (commandline -ct)
        contains -- $words[2] login setup status token renew logout; and __jwt_sso_profiles
        return
    end
    set -l options
    switch $words[2]
        case login
            set options --device 'With a code for the browser of another machine' \
                --paste 'With the last address of the browser of another machine'
        case setup
            set options --yes 'Ask no question' --remove 'Take back what setup did'
        case status profiles
            set options --json 'For programs'
        case token
            set options --audience 'A token for this audience' --host 'A token for a prompt of this host'
        case renew
            set options --least 'The time that it must still have' --quiet 'Say nothing if that fails'
        case logout
            set options --all 'Of all profiles'
        case '*'
            return
    end
    printf '%s\t%s\n' $options --help 'Show the help'
end

complete -c jwt-sso -f -a '(__jwt_sso_candidates)'
