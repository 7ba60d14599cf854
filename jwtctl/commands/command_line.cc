#include "jwtctl/commands/command_line.h"

#include <iostream>
#include <utility>
#include <vector>

#include "io/config_file.h"
#include "io/denylist_file.h"
#include "jwtctl/exit_code.h"

namespace pamjwt::ctl {

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

void CommandLine::OnRun(CLI::App& verb, std::function<int()> run, std::function<void()> check) {
  verb.callback([this, run = std::move(run), check = std::move(check)] {
    if (check) check();
    run_ = run;
  });
}

int CommandLine::Run(int argc, char** argv) {
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
  const std::vector<CLI::App*> verbs = app_.get_subcommands();
  const std::string name = verbs.empty() ? "jwtctl" : "jwtctl " + verbs.front()->get_name();
  std::cerr << name << ": "
            << (verbs.empty() ? "a verb is needed, such as explain or check" : error.what())
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

}  // namespace pamjwt::ctl
