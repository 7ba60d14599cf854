#include "jwtctl/session/own_session.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

#include "io/bounded_read.h"
#include "io/unique_fd.h"
#include "jwtctl/session/processes.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

/// Returns what stands between `before` and `after` in a part of a path, or "".
std::string_view Between(std::string_view part, std::string_view before, std::string_view after) {
  if (!part.starts_with(before) || !part.ends_with(after)) return "";
  part.remove_prefix(before.size());
  return part.size() > after.size() ? part.substr(0, part.size() - after.size()) : "";
}

std::vector<std::string_view> PartsOf(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

std::string ReadCgroups(std::int64_t pid) {
  constexpr std::size_t kMaxBytes = std::size_t{64} * 1024;
  const std::string path = "/proc/" + std::to_string(pid) + "/cgroup";
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok()) return "";
  const Result<SecretString> text = ReadBounded(fd.get(), kMaxBytes);
  return text.ok() ? std::string(text.value().view()) : "";
}

}  // namespace

bool OwnSession::Has(const ProcessIdentity& process) const {
  return std::find(line.begin(), line.end(), process) != line.end();
}

OwnSession FindOwnSession(const ProcessTree& tree, std::int64_t pid, std::string_view cgroups) {
  OwnSession own;
  own.line = tree.WithAllAbove(pid);
  for (const std::string_view line : SplitLines(cgroups)) {
    // systemd gives each session a scope, and the services of each user a unit.
    for (const std::string_view part : PartsOf(WithoutEnd(line))) {
      const std::string_view id = Between(part, "session-", ".scope");
      if (!id.empty()) own.logind_id = id;
      const std::string_view user = Between(part, "user@", ".service");
      std::uint32_t uid = 0;
      const auto read = std::from_chars(user.data(), user.data() + user.size(), uid);
      if (!user.empty() && read.ec == std::errc()) own.manager = uid;
    }
  }
  return own;
}

std::string LogindIdOf(std::int64_t pid) {
  return pid > 0 ? FindOwnSession(ProcessTree({}), pid, ReadCgroups(pid)).logind_id : "";
}

Result<OwnSession> FindOwnSession() {
  Result<std::vector<ProcessStat>> processes = ReadProcesses();
  if (!processes.ok()) return std::move(processes).error();
  return FindOwnSession(ProcessTree(std::move(processes).value()), getpid(), ReadCgroups(getpid()));
}

}  // namespace pamjwt::ctl
