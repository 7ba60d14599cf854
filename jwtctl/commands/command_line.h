#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace pamjwt::ctl {

/// The command line. Each verb adds itself, with the function that runs it.
class CommandLine {
 public:
  CommandLine();

  /// Adds a verb. The help shows its one-line `purpose`, its options, and `footer` below them.
  CLI::App& AddVerb(const char* name, const char* purpose, const char* footer);
  /// Adds a verb below another one, as `apply` is below `denylist`. `parent` then does nothing
  /// itself: one of the verbs below it must follow.
  static CLI::App& AddVerbBelow(CLI::App& parent, const char* name, const char* purpose,
                                const char* footer);
  /// Adds a verb for scripts of our own. Neither the help nor a message shows it.
  CLI::App& AddHiddenVerb(const char* name, const char* purpose);
  /// Sets what a verb does: `run` returns the exit code. `check`, if given, is called before `run`,
  /// and throws a CLI::ParseError if options do not go together.
  void OnRun(CLI::App& verb, std::function<int()> run, std::function<void()> check = nullptr);

  /// Lets the value of an option be empty. Otherwise Run refuses an empty value of any option, and
  /// an empty word where a verb takes one.
  void AllowEmpty(const CLI::Option& option);

  /// Returns the verbs and the long options that may follow `verbs`: a verb, and perhaps one below
  /// it. Returns "" if there is no such verb. A line has a word, a tab, and its purpose.
  [[nodiscard]] std::string Candidates(const std::vector<std::string>& verbs) const;

  /// Parses the arguments, runs the verb, and returns the exit code.
  int Run(int argc, char** argv);

 private:
  int Refuse(const CLI::ParseError& error);
  void RefuseEmptyValues(CLI::App& app);

  CLI::App app_;
  std::set<const CLI::Option*> may_be_empty_;
  std::function<int()> run_;
};

/// Adds --json, --config or --denylist, which several verbs have. CLI11 writes the value into the
/// variable when the command line is parsed, so the variable must live until CommandLine::Run has
/// returned. Parsers of options are the only functions of this project that write into parameters.
void AddJson(CLI::App& verb, bool& json);
void AddConfig(CLI::App& verb, std::optional<std::string>& path);
void AddDenylist(CLI::App& verb, std::optional<std::string>& path);
void AddSessionsDirectory(CLI::App& verb, std::optional<std::string>& path);

}  // namespace pamjwt::ctl
