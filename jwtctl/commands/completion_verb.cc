#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/config_file.h"
#include "jwtctl/commands/verbs.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/exit_code.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

/// The command line of complete.
struct CompleteOptions {
  std::vector<std::string> verbs;
  bool issuers = false;
  std::optional<std::string> config_path;
};

/// Prints the names and urls of the issuers. Prints nothing if the configuration cannot be read:
/// a message would land in the middle of the line that the user types.
void PrintIssuers(const std::optional<std::string>& config_path) {
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(config_path);
  if (!loaded.ok()) return;
  for (const Issuer& issuer : loaded.value().config.issuers) {
    std::cout << issuer.name << "\t" << Printable(*issuer.url) << "\n";
  }
}

}  // namespace

void AddComplete(CommandLine& line) {
  auto options = std::make_shared<CompleteOptions>();
  CLI::App& verb = line.AddHiddenVerb("complete", "Prints what completion scripts offer.");
  verb.add_option("VERB", options->verbs, "the verb whose options are printed, and one below it");
  verb.add_flag("--issuers", options->issuers, "the issuers of the configuration");
  AddConfig(verb, options->config_path);
  line.OnRun(verb, [&line, options] {
    if (options->issuers) {
      PrintIssuers(options->config_path);
    } else {
      std::cout << line.Candidates(options->verbs);
    }
    return kOk;
  });
}

}  // namespace pamjwt::ctl
