#include <getopt.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "io/config_file.h"
#include "io/standard_streams.h"
#include "jwks-fetcher/confine/sandbox.h"
#include "jwks-fetcher/daemon.h"
#include "jwks-fetcher/host/log_line.h"
#include "jwks-fetcher/host/signals.h"

namespace pamjwt::fetcher {
namespace {

constexpr const char* kUser = "jwks-fetcher";

constexpr const char* kHelp =
    R"(Usage: jwks-fetcher [--config FILE] [--once]

Fetches the public keys of the issuers that pam_jwt trusts, and keeps them fresh in a file that the
module reads. Also fetches the denylist of a fleet, for root to verify. Runs in the foreground, and
logs to standard error. If root starts it, it becomes the user jwks-fetcher first.

  --config FILE   configuration [/etc/pam_jwt/pam_jwt.toml]
  --once          fetch everything once, write the files, and end
  --help          show this
  --version       show the version

It notices by itself when the configuration appears or changes. A bad configuration is refused, and
the old one stays in force. Without one that it can use, it waits, and jwtctl status says why.
SIGHUP reads the configuration again. SIGTERM ends the program.

Exit codes: 0 done, or stopped; 1 with --once: something could not be fetched, a file could not be
written, or a signal came first; 2 wrong usage, it cannot start (another one runs, a
directory is missing, keys.file is below a directory that other users may write), or with --once a
wrong or missing configuration; 3 it failed while it ran.

Example: jwks-fetcher --once --config ./pam_jwt.toml
)";

/// The options of the command line, or the exit code if the program ends without running.
struct ParsedArguments {
  DaemonOptions options{kDefaultConfigPath};
  std::optional<DaemonExit> exit_code;
};

ParsedArguments Refuse(const std::string& why) {
  if (!why.empty()) std::fprintf(stderr, "jwks-fetcher: %s\n", why.c_str());
  std::fprintf(stderr, "Try: jwks-fetcher --help\n");
  return {{}, DaemonExit::kCannotStart};
}

ParsedArguments ParseCommandLine(int argc, char** argv) {
  constexpr option kOptions[] = {{"config", required_argument, nullptr, 'c'},
                                 {"once", no_argument, nullptr, 'o'},
                                 {"help", no_argument, nullptr, 'h'},
                                 {"version", no_argument, nullptr, 'v'},
                                 {}};
  ParsedArguments arguments;
  int found = 0;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there are no threads yet
  while ((found = getopt_long(argc, argv, "", kOptions, nullptr)) != -1) {
    switch (found) {
      case 'c':
        arguments.options.config_path = std::filesystem::absolute(optarg).lexically_normal();
        arguments.options.is_explicit = true;
        break;
      case 'o':
        arguments.options.once = true;
        break;
      case 'h':
        std::fputs(kHelp, stdout);
        return {{}, DaemonExit::kDone};
      case 'v':
        std::puts("jwks-fetcher " PAMJWT_VERSION);
        return {{}, DaemonExit::kDone};
      default:
        return Refuse("");
    }
  }
  if (optind < argc) return Refuse(std::string("unknown argument: ") + argv[optind]);
  return arguments;
}

/// Gives up all rights that the daemon does not need. Errors: kInternal.
Status GiveUpRights() {
  Status dropped = DropRoot(kUser);
  if (!dropped.ok()) return dropped;
  return Harden();
}

DaemonExit Run(const DaemonOptions& options, const LogTarget& log) {
  const Status ready = GiveUpRights();
  if (!ready.ok()) {
    Log(log, LogLevel::kError, ready.error().detail);
    return DaemonExit::kCannotStart;
  }
  Result<Signals> signals = Signals::Take();
  if (!signals.ok()) {
    Log(log, LogLevel::kError, signals.error().detail);
    return DaemonExit::kCannotStart;
  }
  return Daemon(options, log, std::move(signals).value()).Run();
}

}  // namespace
}  // namespace pamjwt::fetcher

int main(int argc, char** argv) {
  using namespace pamjwt::fetcher;
  pamjwt::KeepStandardStreams();
  const LogTarget log = LogTarget::StandardError();
  try {
    const ParsedArguments arguments = ParseCommandLine(argc, argv);
    const std::optional<DaemonExit>& end = arguments.exit_code;
    return static_cast<int>(end.has_value() ? *end : Run(arguments.options, log));
  } catch (const std::exception& error) {
    Log(log, LogLevel::kError, error.what());
    return static_cast<int>(DaemonExit::kFailed);
  }
}
