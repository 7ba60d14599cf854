#include "ssh-jwt/ssh_program.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <iterator>
#include <map>
#include <utility>

#include "io/unique_fd.h"
#include "ssh-jwt/command.h"
#include "ssh-jwt/process.h"

namespace pamjwt::ssh {
namespace {

constexpr std::size_t kMaxConfigBytes = 1'048'576;

/// The two parts of a text, without the separator between them.
struct SplitText {
  std::string_view first;
  std::string_view rest;
};

/// Splits `text` at the first `separator`. If it has no separator, all of it is the first part.
SplitText SplitAt(std::string_view text, char separator) {
  const std::size_t end = text.find(separator);
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), text.substr(end + 1)};
}

bool IsSameFile(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

std::optional<SshConfig> ParseSshConfig(std::string_view text) {
  std::multimap<std::string_view, std::string_view> values;
  while (!text.empty()) {
    const auto [line, rest] = SplitAt(text, '\n');
    const auto [name, value] = SplitAt(line, ' ');
    values.emplace(name, value);
    text = rest;
  }
  // A name with a line end in it, from a crafted URL for example, can make a line that looks like
  // an option. So an option that is there twice is not believed.
  bool is_clear = true;
  const auto value_of = [&values, &is_clear](std::string_view name) {
    const auto [first, end] = values.equal_range(name);
    if (first == end) return std::string();
    is_clear = is_clear && std::next(first) == end;
    return std::string(first->second);
  };
  const auto is_on = [&value_of](std::string_view name) {
    const std::string value = value_of(name);
    return !value.empty() && value != "no" && value != "false";
  };

  SshConfig config;
  const std::string alias = value_of("hostkeyalias");
  config.target = {value_of("user"), alias.empty() ? value_of("hostname") : alias};
  config.host_key = {
      .strict = value_of("stricthostkeychecking"),
      .known_hosts = value_of("userknownhostsfile"),
      .global_known_hosts = value_of("globalknownhostsfile"),
      .trusts_loopback = is_on("nohostauthenticationforlocalhost") && alias.empty(),
      .by_kerberos = is_on("gssapikeyexchange"),
  };
  const auto [identity, end] = values.equal_range("identityfile");
  std::vector<std::string> identity_files;
  for (auto file = identity; file != end; ++file) {
    identity_files.emplace_back(file->second);
  }
  const std::string pkcs11 = value_of("pkcs11provider");
  config.other_ways = {
      .preferred_methods = value_of("preferredauthentications"),
      .control_path = value_of("controlpath"),
      .identity_files = std::move(identity_files),
      .identity_agent = value_of("identityagent"),
      .only_identity_files = is_on("identitiesonly"),
      .by_key = is_on("pubkeyauthentication"),
      .by_token_of_hardware = !pkcs11.empty() && pkcs11 != "none",
      .by_host = is_on("hostbasedauthentication"),
  };
  if (!is_clear || config.target.user.empty() || config.target.host.empty()) return std::nullopt;
  return config;
}

Status CheckSshVersion(std::string_view text) {
  constexpr std::string_view kName = "OpenSSH_";
  constexpr std::pair kOldest{8, 5};
  const std::string_view line = SplitAt(text, '\n').first;
  const Error unfit{Reason::kConfigInvalid,
                    "needs the ssh of OpenSSH 8.5 or later, and this is " + std::string(line)};
  if (!line.starts_with(kName)) return unfit;
  const std::size_t begin = line.find_first_of("0123456789", kName.size());
  if (begin == std::string_view::npos) return unfit;

  std::pair version{0, 0};
  const char* const end = line.data() + line.size();
  const auto [dot, error] = std::from_chars(line.data() + begin, end, version.first);
  if (error != std::errc{} || dot == end || *dot != '.') return unfit;
  if (std::from_chars(dot + 1, end, version.second).ec != std::errc{}) return unfit;
  if (version < kOldest) return unfit;
  return Ok();
}

std::vector<std::string> WithOurOptions(const std::vector<std::string>& ssh_arguments) {
  std::vector<std::string> arguments = {
      "-oNumberOfPasswordPrompts=1",
      "-oBatchMode=no",
      "-oKbdInteractiveAuthentication=yes",
  };
  arguments.insert(arguments.end(), ssh_arguments.begin(), ssh_arguments.end());
  return arguments;
}

std::vector<std::string> WithLog(const std::string& path,
                                 const std::vector<std::string>& ssh_arguments) {
  std::vector<std::string> arguments = {"-E", path};
  arguments.insert(arguments.end(), ssh_arguments.begin(), ssh_arguments.end());
  return arguments;
}

Result<std::string> FindSsh() {
  const char* const path = getenv("PATH");
  std::string_view directories = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
  struct stat self {};
  const bool knows_self = stat("/proc/self/exe", &self) == 0;
  while (!directories.empty()) {
    const auto [directory, rest] = SplitAt(directories, ':');
    directories = rest;
    const std::string candidate = std::string(directory) + "/ssh";
    struct stat info {};
    if (stat(candidate.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
    if (access(candidate.c_str(), X_OK) != 0) continue;
    if (!knows_self || !IsSameFile(info, self)) return candidate;
  }
  return Error{Reason::kConfigInvalid, "there is no ssh in PATH"};
}

std::optional<SshConfig> AskSshConfig(const std::string& ssh,
                                      const std::vector<std::string>& ssh_arguments) {
  std::vector<std::string> arguments = {ssh, "-G"};
  arguments.insert(arguments.end(), ssh_arguments.begin(), ssh_arguments.end());
  // With `-F /dev/stdin` the configuration can be read only once, and the ssh of the login must
  // read it. An empty input would look like a configuration without options. A socket cannot be
  // opened by name, so `ssh -G` fails.
  const UniqueFd socket_input(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (socket_input.get() < 0) return std::nullopt;
  const Result<Output> output =
      Capture(arguments, CapturedStream::kOutputAlone, kMaxConfigBytes, socket_input.get());
  if (!output.ok() || output.value().status != 0) return std::nullopt;
  return ParseSshConfig(output.value().text.view());
}

Result<SshConfig> AskRunningSsh(pid_t pid) {
  const auto cannot_tell = [](const std::string& why) {
    return Error{Reason::kConfigInvalid,
                 "cannot tell which host asks, and whether its key was "
                 "checked: " +
                     why + "; run ssh-jwt in place of ssh"};
  };
  const Result<Invocation> running = InvocationOf(pid, geteuid());
  if (!running.ok()) return cannot_tell(running.error().detail);
  if (!running.value().program.ends_with("/ssh")) {
    return cannot_tell("the program that asks is " + running.value().program + ", not ssh");
  }
  // This link starts the same program, even if an upgrade has put another file in its place.
  const std::string program = "/proc/" + std::to_string(pid) + "/exe";
  std::optional<SshConfig> config = AskSshConfig(program, running.value().arguments);
  if (!config.has_value()) return cannot_tell("`ssh -G` with the same arguments fails");
  return *std::move(config);
}

Status AskSshVersion(const std::string& ssh) {
  const Result<Output> output = Capture({ssh, "-V"}, CapturedStream::kError, kMaxConfigBytes);
  if (!output.ok()) return output.error();
  return CheckSshVersion(output.value().text.view());
}

}  // namespace pamjwt::ssh
