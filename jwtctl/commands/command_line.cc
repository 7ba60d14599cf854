#include "jwtctl/commands/command_line.h"

#include <algorithm>
#include <iostream>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/nearest_word.h"
#include "io/config_file.h"
#include "io/denylist_file.h"
#include "io/session_files.h"
#include "jwtctl/exit_code.h"
#include "text/join.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

/// The longest word of a command line that a message repeats, in bytes. A longer one may be a token
/// in the wrong place, and messages end in logs.
constexpr std::size_t kMaxRepeatedBytes = 31;

std::string Repeated(std::string_view word) {
  return word.size() > kMaxRepeatedBytes ? "" : " " + Printable(word);
}

/// A word that the command line knows.
struct KnownWord {
  std::string text;
  std::string purpose;
};

/// Returns the verbs and the long options of `app`, without hidden verbs.
std::vector<KnownWord> KnownWords(const CLI::App& app) {
  std::vector<KnownWord> words;
  for (const CLI::App* const verb : app.get_subcommands({})) {
    if (!verb->get_group().empty()) words.push_back({verb->get_name(), verb->get_description()});
  }
  for (const CLI::Option* const option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      words.push_back({"--" + name, option->get_description()});
    }
  }
  return words;
}

std::vector<std::string> TextsOf(const std::vector<KnownWord>& words) {
  std::vector<std::string> texts;
  texts.reserve(words.size());
  for (const KnownWord& word : words) {
    texts.push_back(word.text);
  }
  return texts;
}

/// Asks whether a bare `word` behind `verb` was meant for --account. Returns "" for a verb without
/// that option, or if the command line names an account or an issuer.
std::string AskForAccount(const CLI::App& verb, const std::string& word) {
  const CLI::Option* const account = verb.get_option_no_throw("--account");
  if (account == nullptr || account->count() > 0) return "";
  if (verb.get_option("--issuer")->count() > 0) return "";
  const std::string name = Repeated(word);
  return ": did you mean --account" + (name.empty() ? " NAME" : name) + "?";
}

bool TakesVerbs(const CLI::App& app) {
  return !app.get_subcommands({}).empty();
}

/// Returns the verb that the command line names, or `app` if it names no verb.
const CLI::App& FindVerb(const CLI::App& app) {
  const std::vector<const CLI::App*> verbs =
      app.get_subcommands([](const CLI::App* verb) { return verb->parsed(); });
  return verbs.empty() || !app.remaining().empty() ? app : FindVerb(*verbs.front());
}

/// Returns "jwtctl denylist apply".
std::string FullName(const CLI::App& app) {
  const CLI::App* const parent = app.get_parent();
  return (parent == nullptr ? "" : FullName(*parent) + " ") + app.get_name();
}

/// Says that a verb is missing behind `app`, and names two of those that may follow.
std::string AskForVerb(const CLI::App& app) {
  if (app.get_parent() == nullptr) return "a verb is needed, such as explain or check";
  std::vector<std::string> names;
  for (const CLI::App* const verb : app.get_subcommands({})) {
    names.push_back(verb->get_name());
  }
  return "a verb is needed: " + Join(names, " or ");
}

/// Says what is wrong with `word`, which `app` did not take.
std::string DescribeUnknown(const CLI::App& app, const std::string& word) {
  const bool is_option = word.size() > 1 && word.starts_with('-');
  if (!is_option && !TakesVerbs(app)) {
    return "unexpected word" + Repeated(word) + AskForAccount(app, word);
  }
  const std::string name = is_option ? word.substr(0, word.find('=')) : word;
  const std::vector<std::string> known = TextsOf(KnownWords(app));
  std::string hint = DidYouMean(name, known);
  if (hint.empty() && !is_option) hint = DidYouMean("--" + name, known);
  return (is_option ? "unknown option" : "unknown verb") + Repeated(name) + hint;
}

/// Has the parser refuse an empty value of `option`, before it looks at anything else of the value.
/// Otherwise an option from an empty variable of a script would count as if it were not given.
void RefuseEmpty(CLI::Option& option) {
  option.transform(CLI::Validator(
      [](const std::string& value) { return value.empty() ? "needs a value" : std::string(); },
      ""));
}

/// Returns the name of the first option that is written as "--before=", or "". The parser would
/// take the next word for its value.
std::string FindEmptyAssignment(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") return "";
    if (word.starts_with("--") && word.find('=') == word.size() - 1) {
      return std::string(word.substr(0, word.size() - 1));
    }
  }
  return "";
}

}  // namespace

CommandLine::CommandLine() : app_("Explains, checks and tests logins by pam_jwt.", "jwtctl") {
  constexpr std::size_t kHelpColumn = 26;
  app_.set_version_flag("--version", "jwtctl " PAMJWT_VERSION);
  app_.require_subcommand(1);
  app_.get_formatter()->column_width(kHelpColumn);
  app_.footer("Each verb has its own help: jwtctl VERB --help");
}

CLI::App& CommandLine::AddVerb(const char* name, const char* purpose, const char* footer) {
  CLI::App& verb = *app_.add_subcommand(name, purpose);
  verb.footer(footer);
  return verb;
}

CLI::App& CommandLine::AddVerbBelow(CLI::App& parent, const char* name, const char* purpose,
                                    const char* footer) {
  parent.require_subcommand(1);
  CLI::App& verb = *parent.add_subcommand(name, purpose);
  verb.footer(footer);
  return verb;
}

CLI::App& CommandLine::AddHiddenVerb(const char* name, const char* purpose) {
  CLI::App& verb = *app_.add_subcommand(name, purpose);
  verb.group("");
  return verb;
}

std::string CommandLine::Candidates(const std::vector<std::string>& verbs) const {
  const CLI::App* app = &app_;
  for (const std::string& verb : verbs) {
    const std::vector<const CLI::App*> known = app->get_subcommands({});
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const CLI::App* each) { return each->get_name() == verb; });
    if (found == known.end()) return "";
    app = *found;
  }
  std::string lines;
  for (const KnownWord& word : KnownWords(*app)) {
    lines += word.text + "\t" + word.purpose + "\n";
  }
  return lines;
}

void CommandLine::OnRun(CLI::App& verb, std::function<int()> run, std::function<void()> check) {
  verb.callback([this, run = std::move(run), check = std::move(check)] {
    if (check) check();
    run_ = run;
  });
}

void CommandLine::AllowEmpty(const CLI::Option& option) {
  may_be_empty_.insert(&option);
}

void CommandLine::RefuseEmptyValues(CLI::App& app) {
  for (CLI::Option* const option : app.get_options()) {
    const bool takes_value = option->get_items_expected_max() > 0;
    if (takes_value && !may_be_empty_.contains(option)) RefuseEmpty(*option);
  }
  for (CLI::App* const verb : app.get_subcommands({})) {
    // The verb for completion scripts may get the empty word that is being typed.
    if (!verb->get_group().empty()) RefuseEmptyValues(*verb);
  }
}

int CommandLine::Run(int argc, char** argv) {
  const std::string empty = FindEmptyAssignment(argc, argv);
  if (!empty.empty()) {
    std::cerr << "jwtctl:" << Repeated(empty) << ": needs a value\nTry: jwtctl --help\n";
    return kUsage;
  }
  RefuseEmptyValues(app_);
  try {
    app_.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app_.exit(success);  // --help, --version
  } catch (const CLI::ParseError& error) {
    return Refuse(error);
  }
  return run_();
}

int CommandLine::Refuse(const CLI::ParseError& error) {
  const CLI::App& app = FindVerb(app_);
  const std::string name = FullName(app);
  // A word that is not known comes first: it is often why another one is missing.
  const std::vector<std::string> unknown = app.remaining();
  const std::string problem = TakesVerbs(app) ? AskForVerb(app) : error.what();
  std::cerr << name << ": " << (unknown.empty() ? problem : DescribeUnknown(app, unknown.front()))
            << "\nTry: " << name << " --help\n";
  return kUsage;
}

void AddJson(CLI::App& verb, bool& json) {
  verb.add_flag("--json", json, "print JSON, for programs");
}

void AddConfig(CLI::App& verb, std::optional<std::string>& path) {
  verb.add_option("--config", path, std::string("configuration [") + kDefaultConfigPath + "]")
      ->type_name("FILE");
}

void AddDenylist(CLI::App& verb, std::optional<std::string>& path) {
  verb.add_option("--denylist", path, std::string("denylist [") + kDefaultDenylistPath + "]")
      ->type_name("FILE");
}

void AddSessionsDirectory(CLI::App& verb, std::optional<std::string>& path) {
  verb.add_option("--sessions", path,
                  std::string("directory of the records [") + kDefaultSessionsDirectory + "]")
      ->type_name("DIR");
}

}  // namespace pamjwt::ctl
