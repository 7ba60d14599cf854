#pragma once

#include <functional>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

namespace pamjwt::ctl {

/// The command line. Each verb adds itself, with the function that runs it.
class CommandLine {
 public:
  CommandLine();

  /// Adds a verb. The help shows its one-line `purpose`, its options, and `footer` below them.
  CLI::App& AddVerb(const char* name, const char* purpose, const char* footer);
  /// Sets what a verb does: `run` returns the exit code. `check` is called first, looks at options
  /// that go together, and throws a CLI::ParseError.
  void OnRun(CLI::App& verb, std::function<int()> run, std::function<void()> check = nullptr);

  /// Parses the arguments, runs the verb, and returns the exit code.
  int Run(int argc, char** argv);

 private:
  int Refuse(const CLI::ParseError& error);

  CLI::App app_;
  std::function<int()> run_;
};

/// Adds --json, --config or --denylist, which several verbs have. CLI11 writes what the command
/// line gives into the variable that its add_option and add_flag take by reference. So the
/// functions of this room that add options take references that are written, which no other
/// function of this project does.
void AddJson(CLI::App& verb, bool& json);
void AddConfig(CLI::App& verb, std::optional<std::string>& path);
void AddDenylist(CLI::App& verb, std::optional<std::string>& path);

}  // namespace pamjwt::ctl
