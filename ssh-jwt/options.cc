#include "ssh-jwt/options.h"

#include <cstddef>
#include <utility>

namespace pamjwt::ssh {
namespace {

bool IsQuestion(const std::vector<std::string>& arguments) {
  return arguments.size() == 1 && !arguments[0].starts_with('-') &&
         arguments[0].find(' ') != std::string::npos;
}

Error Wrong(std::string detail) {
  return Error{Reason::kConfigInvalid, std::move(detail)};
}

/// Reads the options of ssh-jwt, up to the arguments of ssh.
class OptionReader {
 public:
  explicit OptionReader(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  Result<SshJwtOptions> Run() {
    while (next_ < arguments_.size() && IsOurs(arguments_[next_])) {
      const Status status = TakeOption();
      if (!status.ok()) return status.error();
    }
    if (!options_.token_command.empty() && !options_.token_file.empty()) {
      return Wrong("--token-command and --token-file cannot be used together");
    }
    options_.ssh_arguments.assign(arguments_.begin() + static_cast<std::ptrdiff_t>(next_),
                                  arguments_.end());
    if (options_.mode == SshJwtOptions::Mode::kLogin && options_.ssh_arguments.empty()) {
      options_.mode = SshJwtOptions::Mode::kUsage;
    }
    return std::move(options_);
  }

 private:
  // ssh has no long options; its `--` ends the short ones.
  static bool IsOurs(std::string_view argument) {
    return argument.starts_with("--") && argument.size() > 2;
  }

  Status TakeOption() {
    const std::string& argument = arguments_[next_++];
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    if (name == "--token-command") return TakeValue(argument, options_.token_command);
    if (name == "--token-file") return TakeValue(argument, options_.token_file);
    if (name == "--audience") {
      return TakeValue(argument, options_.audience.accepted.emplace_back());
    }
    if (equals != std::string::npos) return Wrong("unknown option " + name + "=");
    if (name == "--any-host") {
      options_.audience.any_host = true;
      return Ok();
    }
    if (name != "--help" && name != "--version") return Wrong("unknown option " + name);
    options_.mode = name == "--help" ? SshJwtOptions::Mode::kHelp : SshJwtOptions::Mode::kVersion;
    return Ok();
  }

  /// Puts the value of `--name=value`, or of `--name value`, into `value`. As in other parsers of
  /// options, the target is a parameter, so that each option takes one line above.
  Status TakeValue(const std::string& argument, std::string& value) {
    const std::size_t equals = argument.find('=');
    if (equals != std::string::npos) {
      value = argument.substr(equals + 1);
    } else if (next_ < arguments_.size()) {
      value = arguments_[next_++];
    }
    if (value.empty()) return Wrong(argument.substr(0, equals) + " needs a value");
    return Ok();
  }

  const std::vector<std::string>& arguments_;
  std::size_t next_ = 0;
  SshJwtOptions options_;
};

}  // namespace

Result<SshJwtOptions> ParseArguments(const std::vector<std::string>& arguments) {
  if (!IsQuestion(arguments)) return OptionReader(arguments).Run();
  SshJwtOptions options;
  options.mode = SshJwtOptions::Mode::kAskpass;
  options.prompt = arguments[0];
  return options;
}

std::string_view HelpText() {
  return R"(Usage: ssh-jwt [OPTION]... [ssh arguments...]
       SSH_ASKPASS=ssh-jwt SSH_ASKPASS_REQUIRE=force ssh ...
       SUDO_ASKPASS=ssh-jwt sudo -A ...

Runs ssh, and answers its questions for a token.

  --token-command CMD  a shell command that prints the token; %h is the host, %r the user, %% a %
  --token-file FILE    a file that holds the token
  --audience AUD       a token for AUD may go to the host, whatever its name; may be repeated
  --any-host           any token may go to the host
  --help, --version

The first argument that is not one of these, and all that follow, are for ssh.

Without --token-command and --token-file the token comes from the first of: $SSH_JWT_COMMAND
(a command as above), $BEARER_TOKEN, the file $BEARER_TOKEN_FILE, jwt-sso if a profile for prompts
names the host, $XDG_RUNTIME_DIR/bt_u$UID, /tmp/bt_u$UID. It goes only to the host that its audience
names, or that the profile names. Without a token that is good for
the host, ssh is started only if it may log in without one: with a key, or over an open connection.
Keys are tried before the token, unless PreferredAuthentications of ssh has another order.

Exits with the status of ssh, 255 if there is no token or no ssh to use, 2 for a wrong option or
without arguments for ssh.
)";
}

}  // namespace pamjwt::ssh
