#pragma once

#include <functional>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

namespace pamjwt::ctl {

/// The command line: each verb adds itself, with what is done if it is the one.
class CommandLine {
 public:
  CommandLine();

  /// A verb with its one-line purpose, and what stands below its options in the help.
  CLI::App& AddVerb(const char* name, const char* purpose, const char* footer);
  /// What a verb does; returns the exit code. `check` looks at options that go together, and throws
  /// a CLI::ParseError.
  void OnRun(CLI::App& verb, std::function<int()> run, std::function<void()> check = nullptr);

  /// Does what the arguments say, and returns the exit code.
  int Run(int argc, char** argv);

 private:
  int Refuse(const CLI::ParseError& error);

  CLI::App app_;
  std::function<int()> run_;
};

/// Options that several verbs have.
void AddJson(CLI::App& verb, bool& json);
void AddConfig(CLI::App& verb, std::optional<std::string>& path);
void AddDenylist(CLI::App& verb, std::optional<std::string>& path);

}  // namespace pamjwt::ctl
