#include "jwt-sso/arguments.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "core/base/nearest_word.h"
#include "core/config/client_profile_text.h"
#include "core/json/json.h"
#include "text/time_text.h"

namespace pamjwt::sso {
namespace {

using Verb = Arguments::Verb;

struct VerbWord {
  std::string_view text;
  Verb verb;
};
constexpr std::array kVerbs = {
    VerbWord{"login", Verb::kLogin},       VerbWord{"setup", Verb::kSetup},
    VerbWord{"status", Verb::kStatus},     VerbWord{"token", Verb::kToken},
    VerbWord{"renew", Verb::kRenew},       VerbWord{"logout", Verb::kLogout},
    VerbWord{"profiles", Verb::kProfiles}, VerbWord{"help", Verb::kHelp},
    VerbWord{"version", Verb::kVersion},
};

/// An option of one verb. Exactly one of `flag` and `value` is not nullptr, or both are for an
/// option that TakeOption knows.
struct Option {
  Verb verb;
  std::string_view name;
  bool Arguments::*flag = nullptr;
  std::string Arguments::*value = nullptr;
};
constexpr std::array kOptions = {
    Option{Verb::kLogin, "--device"},
    Option{Verb::kLogin, "--paste"},
    Option{Verb::kSetup, "--remove", &Arguments::remove},
    Option{Verb::kSetup, "--yes", &Arguments::yes},
    Option{Verb::kStatus, "--json", &Arguments::json},
    Option{Verb::kToken, "--audience", nullptr, &Arguments::audience},
    Option{Verb::kToken, "--host", nullptr, &Arguments::host},
    Option{Verb::kRenew, "--least"},
    Option{Verb::kRenew, "--quiet", &Arguments::quiet},
    Option{Verb::kLogout, "--all", &Arguments::all},
    Option{Verb::kProfiles, "--json", &Arguments::json},
};

Error Wrong(std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail)};
}

/// Reads the words behind the verb.
class ArgumentReader {
 public:
  ArgumentReader(const std::vector<std::string>& words, const VerbWord& verb)
      : words_(words), verb_(verb) {
    arguments_.verb = verb.verb;
  }

  Result<Arguments> Run() {
    bool options_end = false;
    while (next_ < words_.size()) {
      const std::string& word = words_[next_++];
      const bool is_option = !options_end && word.size() > 1 && word.starts_with('-');
      if (word == "--" && !options_end) {
        options_end = true;
        continue;
      }
      Status taken = is_option ? TakeOption(word) : TakeOperand(word);
      if (!taken.ok()) return std::move(taken).error();
      if (arguments_.verb == Verb::kHelp) return Arguments();
    }
    Status good = CheckTogether();
    if (!good.ok()) return std::move(good).error();
    return std::move(arguments_);
  }

 private:
  Status TakeOption(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (word == "--help" || word == "-h") {
      arguments_.verb = Verb::kHelp;
      return Ok();
    }
    const auto* const option = std::ranges::find_if(kOptions, [&](const Option& known) {
      return known.verb == verb_.verb && known.name == name;
    });
    if (option == kOptions.end()) return NotKnown(name);
    if (option->value != nullptr || name == "--least") {
      Result<std::string> value = ValueOf(word);
      if (!value.ok()) return std::move(value).error();
      if (name == "--least") return TakeLeast(value.value());
      arguments_.*option->value = std::move(value).value();
      return Ok();
    }
    if (equals != std::string::npos) return Wrong(name + " takes no value");
    if (option->flag != nullptr) {
      arguments_.*option->flag = true;
      return Ok();
    }
    return TakeWay(name == "--device" ? Arguments::Way::kDevice : Arguments::Way::kPaste);
  }

  Status TakeWay(Arguments::Way way) {
    if (arguments_.way != Arguments::Way::kProfile && arguments_.way != way) {
      return Wrong("--device and --paste cannot be used together");
    }
    arguments_.way = way;
    return Ok();
  }

  /// Returns the value of `--name=value`, or of `--name value`.
  Result<std::string> ValueOf(const std::string& word) {
    const std::size_t equals = word.find('=');
    std::string value;
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (next_ < words_.size()) {
      value = words_[next_++];
    }
    if (value.empty()) return Wrong(word.substr(0, equals) + " needs a value");
    return value;
  }

  Status TakeLeast(const std::string& value) {
    const Result<Seconds> span = ParseSpan(value);
    if (!span.ok()) return Wrong("--least " + span.error().detail);
    arguments_.least = span.value();
    return Ok();
  }

  [[nodiscard]] Error NotKnown(const std::string& name) const {
    std::vector<std::string> names = {"--help"};
    for (const Option& option : kOptions) {
      if (option.verb == verb_.verb) names.emplace_back(option.name);
    }
    return Wrong("jwt-sso " + std::string(verb_.text) + " has no option " + name +
                 DidYouMean(name, names));
  }

  Status TakeOperand(const std::string& word) {
    // People ask for the help of a verb in this way, or for nothing in particular.
    if (verb_.verb == Verb::kHelp || verb_.verb == Verb::kVersion) return Ok();
    const bool is_name = IsClientProfileName(word);
    const bool is_first = arguments_.profile.empty() && arguments_.hosts.empty();
    if (verb_.verb == Verb::kSetup && !(is_first && is_name)) return TakeHost(word);
    if (verb_.verb == Verb::kProfiles || !is_first) {
      return Wrong("jwt-sso " + std::string(verb_.text) + " does not take " + QuoteJson(word) +
                   ": see jwt-sso --help");
    }
    if (!is_name) {
      return Wrong(QuoteJson(word) +
                   " is not the name of a profile: it has letters, digits, . _ - only, and begins "
                   "with a letter or digit");
    }
    arguments_.profile = word;
    return Ok();
  }

  Status TakeHost(const std::string& word) {
    if (!IsHostPattern(word)) {
      return Wrong(QuoteJson(word) +
                   " is not a pattern of hosts: it has letters, digits, . - _ : * ? only, and "
                   "perhaps ! in front");
    }
    arguments_.hosts.push_back(word);
    return Ok();
  }

  [[nodiscard]] Status CheckTogether() const {
    const bool has_profile = !arguments_.profile.empty();
    if (arguments_.all && has_profile) return Wrong("--all and a profile cannot be used together");
    if (arguments_.remove && (has_profile || !arguments_.hosts.empty())) {
      return Wrong("--remove takes all profiles out of ssh's configuration, so it takes no name");
    }
    if (!arguments_.host.empty() && (has_profile || !arguments_.audience.empty())) {
      return Wrong("--host chooses the profile, so it takes no profile and no --audience");
    }
    return Ok();
  }

  const std::vector<std::string>& words_;
  VerbWord verb_;
  std::size_t next_ = 1;  // behind the verb
  Arguments arguments_;
};

/// Returns the verb that `word` names, also as an option as other programs have it, or nullptr.
const VerbWord* FindVerb(std::string_view word) {
  if (word == "-h" || word == "--help") return FindVerb("help");
  if (word == "--version") return FindVerb("version");
  const auto* const found = std::ranges::find(kVerbs, word, &VerbWord::text);
  return found == kVerbs.end() ? nullptr : found;
}

}  // namespace

Result<Arguments> ParseArguments(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return Arguments();
  const VerbWord* const verb = FindVerb(arguments[0]);
  if (verb == nullptr) {
    std::vector<std::string> names;
    names.reserve(kVerbs.size());
    for (const VerbWord& known : kVerbs) {
      names.emplace_back(known.text);
    }
    return Wrong(QuoteJson(arguments[0]) + " is not a verb of jwt-sso" +
                 DidYouMean(arguments[0], names) + " (jwt-sso --help lists them)");
  }
  return ArgumentReader(arguments, *verb).Run();
}

std::string_view HelpText() {
  return R"(Usage: jwt-sso VERB [PROFILE] [OPTION]...

Logs you in at your organisation once, in the browser, and gives tokens to ssh, sudo and others.

  login [PROFILE]     logs in
    --device          with the browser of another machine, into which you type a code
    --paste           with the browser of another machine, whose last address you paste here
  setup [PROFILE] ['PATTERN'...]
                      makes plain ssh use the certificate for hosts that match
    --yes             asks no question before it changes ~/.ssh/config
    --remove          takes back what setup did, for all profiles
  status [PROFILE]    shows who is logged in, how long, and what to do next
    --json            for programs
  token [PROFILE]     prints a token for a prompt, a database or a script
    --audience AUD    a token for AUD, from a login whose own token is for certificates
    --host HOST       a token for a prompt of HOST, from the profile whose hosts match
  renew [PROFILE]     renews a certificate or token that ends soon; ssh runs this
    --least SPAN      the time that it must still have [60s]
    --quiet           says nothing if that fails
  logout [PROFILE]    ends the login, here and at the provider
    --all             of all profiles
  profiles            lists the profiles
    --json            for programs
  help, version

Profiles are the files NAME.toml in ~/.config/jwt-sso and /etc/jwt-sso. PROFILE is NAME. Without it,
the only profile counts, or else the only one for certificates (login, setup, renew) or for prompts
(token). jwt-sso setup takes its first word for a PROFILE if it can be one.

Exits with 0 if it succeeded, 1 if something failed, 2 if the command line or a profile is wrong, 3
if you must log in, 4 if no profile has tokens for HOST.
)";
}

}  // namespace pamjwt::sso
