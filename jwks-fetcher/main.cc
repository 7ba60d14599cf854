#include <getopt.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "io/config_file.h"
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
module reads. Runs in the foreground, and logs to standard error. Started by root, it becomes the
user jwks-fetcher before it does anything.

  --config FILE   configuration [/etc/pam_jwt/pam_jwt.toml]
  --once          fetch every issuer once, write the file, and end
  --help          show this
  --version       show the version

SIGHUP reads the configuration again; a bad one is refused, and the old one stays. SIGTERM ends.
Without a configuration it waits for SIGHUP, but not with --once.

Exit codes: 0 done, or stopped; 1 with --once: some issuer could not be fetched; 2 usage,
configuration, or it cannot start here (another one runs, a directory is missing, keys.file is below
a directory that others may write); 3 it failed while it ran.

Example: jwks-fetcher --once --config ./pam_jwt.toml
)";

/// What the command line asks for, or the code to exit with.
struct Invocation {
  DaemonOptions options{kDefaultConfigPath};
  std::optional<DaemonExit> exit_code;
};

Invocation Refuse(const std::string& why) {
  if (!why.empty()) std::fprintf(stderr, "jwks-fetcher: %s\n", why.c_str());
  std::fprintf(stderr, "Try: jwks-fetcher --help\n");
  return {{}, DaemonExit::kCannotStart};
}

Invocation ParseCommandLine(int argc, char** argv) {
  constexpr option kOptions[] = {{"config", required_argument, nullptr, 'c'},
                                 {"once", no_argument, nullptr, 'o'},
                                 {"help", no_argument, nullptr, 'h'},
                                 {"version", no_argument, nullptr, 'v'},
                                 {}};
  Invocation invocation;
  int found = 0;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): there are no threads yet
  while ((found = getopt_long(argc, argv, "", kOptions, nullptr)) != -1) {
    switch (found) {
      case 'c':
        invocation.options.config_path = std::filesystem::absolute(optarg).lexically_normal();
        invocation.options.is_explicit = true;
        break;
      case 'o':
        invocation.options.once = true;
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
  if (optind < argc) return Refuse(std::string("not understood: ") + argv[optind]);
  return invocation;
}

/// Before anything else: no more rights than it needs.
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
  const LogTarget log = LogTarget::StandardError();
  try {
    const Invocation invocation = ParseCommandLine(argc, argv);
    const std::optional<DaemonExit>& end = invocation.exit_code;
    return static_cast<int>(end.has_value() ? *end : Run(invocation.options, log));
  } catch (const std::exception& error) {
    Log(log, LogLevel::kError, error.what());
    return static_cast<int>(DaemonExit::kFailed);
  }
}
