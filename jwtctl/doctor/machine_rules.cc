#include "jwtctl/doctor/machine_rules.h"

#include <sys/stat.h>
#include <sys/timex.h>

#include <filesystem>
#include <string>

#include "io/clock.h"
#include "io/denylist_file.h"
#include "io/fleet_list.h"
#include "jwtctl/config/config_source.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kModuleStore = "/var/lib/selinux";

/// Checks whether the mode of a file lacks one of these rights. Returns false if there is no file.
bool Lacks(const std::string& path, mode_t rights) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && (status.st_mode & rights) != rights;
}

Finding NotForAll(const std::string& path, const std::string& mode) {
  return {Health::kWarning, "denylist.closed", path,
          "only root can look at it: programs that do not run as root accept no token",
          "chmod " + mode + " " + path};
}

/// Finds what keeps programs that do not run as root, such as a screen locker, from the denylist.
Findings JudgeRightsTo(const HostTree& host, const std::string& path) {
  Findings findings;
  const std::string directory = path.substr(0, path.rfind('/'));
  if (Lacks(host.Locate(directory), S_IXOTH)) findings.push_back(NotForAll(directory, "755"));
  if (Lacks(host.Locate(path), S_IROTH)) findings.push_back(NotForAll(path, "644"));
  return findings;
}

/// Finds what keeps these programs from the denylist of the host, and from the list of the fleet,
/// if it counts.
Findings JudgeRights(const HostTree& host, const Denylist& list) {
  Findings findings = JudgeRightsTo(host, kDefaultDenylistPath);
  if (!findings.empty() || list.fleet() == FleetUse::kNone) return findings;
  return JudgeRightsTo(host, FleetListPath(std::nullopt));
}

}  // namespace

ClockState ReadClock() {
  timex state{};
  const int code = adjtimex(&state);
  const ClockState clock{Now(), std::nullopt, UnixTime{PAMJWT_BUILD_DAY}};
  if (code < 0) return clock;
  // NOLINTNEXTLINE(hicpp-signed-bitwise): a flag of the kernel's
  return {clock.now, code != TIME_ERROR && (state.status & STA_UNSYNC) == 0, clock.built};
}

Findings JudgeClock(const ClockState& clock) {
  if (clock.now.seconds < clock.built.seconds) {
    return {{Health::kCritical, "clock.wrong", "clock",
             "it says a time before this program was built: tokens are not valid yet, and keys "
             "were fetched in the future",
             "set it: timedatectl set-ntp true"}};
  }
  if (!clock.is_synchronised.has_value()) {
    return {{Health::kOk, "clock.unknown", "clock",
             "the kernel does not say whether it is synchronised"}};
  }
  if (*clock.is_synchronised) return {};
  return {
      {Health::kWarning, "clock.unsynchronised", "clock",
       "nothing synchronises it: when it drifts, tokens that are valid for minutes will be refused",
       "timedatectl set-ntp true, or run chrony"}};
}

Findings JudgeSelinux(const HostTree& host) {
  const Result<std::string> enforce = host.Read("/sys/fs/selinux/enforce");
  if (!enforce.ok() || !enforce.value().starts_with('1')) return {};
  for (const char* const pattern :
       {"/var/lib/selinux/*/active/modules/*/pam_jwt", "/etc/selinux/*/active/modules/*/pam_jwt",
        "/etc/selinux/*/modules/active/modules/pam_jwt.pp"}) {
    if (!host.Find(pattern).empty()) return {};
  }
  std::error_code error;
  (void)std::filesystem::directory_iterator(host.Locate(kModuleStore), error);
  const bool may_look = !error && !host.Find("/var/lib/selinux/*/active/modules").empty();
  if (!may_look && host.Exists(kModuleStore)) {
    return {{Health::kOk, "selinux.unknown", kModuleStore,
             "only root can see whether the policy module of pam_jwt is installed"}};
  }
  return {{Health::kWarning, "selinux.module", kModuleStore,
           "SELinux is enforcing, and the policy module pam_jwt is not installed: sshd may be kept "
           "from the keys and from jwks-fetcher",
           "install the package pam_jwt-selinux, or semodule -i pam_jwt.pp"}};
}

Findings JudgeDenylist(const HostTree& host, const std::optional<std::string>& path) {
  std::optional<std::string> read = FromRoot(path);
  if (!read.has_value() && !host.IsThisHost()) read = host.Locate(kDefaultDenylistPath);
  const Result<Denylist> list = ReadDenylist(read);
  // A list that was given on the command line need not be for all programs.
  if (list.ok()) return path.has_value() ? Findings() : JudgeRights(host, list.value());
  return {
      {Health::kCritical, "denylist.unusable", "denylist",
       list.error().detail + ": no token gets a verdict",
       "`jwtctl denied` names each line, and `jwtctl undeny --damaged` takes them out; the file "
       "must belong to root, and only root may write it"}};
}

}  // namespace pamjwt::ctl
