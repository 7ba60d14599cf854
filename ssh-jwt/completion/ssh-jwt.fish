# fish completion for ssh-jwt(1): its own options, and whatever ssh completes to.
complete -c ssh-jwt -w ssh
complete -c ssh-jwt -l token-command -x -a '(__fish_complete_command)' -d 'A command that prints the token'
complete -c ssh-jwt -l token-file -r -F -d 'A file with the token'
complete -c ssh-jwt -l audience -x -d 'The audience that a token must have'
complete -c ssh-jwt -l any-host -d 'Send the token to any host'
complete -c ssh-jwt -l help -d 'Show the help'
complete -c ssh-jwt -l version -d 'Show the version'
