#include "jwtctl/host/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "io/unique_fd.h"

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kMaxOutput = std::size_t{256} * 1024;

using Clock = std::chrono::steady_clock;

Error Fail(const std::string& program, const std::string& why) {
  return {Reason::kInternal, program + ": " + why};
}

std::string Find(const std::string& name) {
  for (const char* const directory : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"}) {
    std::string path = directory + name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return "";
}

/// The settings that the child starts with: an empty input, its output in a pipe, no signal
/// blocked, and a process group of its own, so that Ctrl-C at the terminal does not reach it.
class SpawnSettings {
 public:
  SpawnSettings(int output, ProgramErrors errors) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, output, STDOUT_FILENO);
    if (errors == ProgramErrors::kWithOutput) {
      posix_spawn_file_actions_adddup2(&files_, output, STDERR_FILENO);
    } else {
      posix_spawn_file_actions_addopen(&files_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }

  /// Starts the child. Returns its process id, or -1.
  [[nodiscard]] pid_t Spawn(const std::string& path, std::vector<std::string> arguments) const {
    std::vector<char*> argv;
    argv.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) {
      argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    std::string search = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
    std::string locale = "LC_ALL=C";
    const std::array<char*, 3> environment = {search.data(), locale.data(), nullptr};
    pid_t pid = -1;
    const int error =
        posix_spawn(&pid, path.c_str(), &files_, &attributes_, argv.data(), environment.data());
    return error == 0 ? pid : -1;
  }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

/// The output of a program.
struct Output {
  std::string text;
  bool is_complete;  ///< whether the program closed its output in time
};

/// Reads until the other side closes, or until `deadline`.
Output ReadOutput(const UniqueFd& pipe, Clock::time_point deadline) {
  std::string text;
  std::array<char, 4096> piece{};
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd waiting{pipe.get(), POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return {std::move(text), false};
    const ssize_t count = read(pipe.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {std::move(text), true};
    const std::size_t room = kMaxOutput - text.size();
    text.append(piece.data(), std::min(static_cast<std::size_t>(count), room));
  }
}

int WaitFor(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Result<ProgramEnd> RunProgram(std::vector<std::string> arguments, Seconds patience,
                              ProgramErrors errors) {
  const std::string name = arguments.front();
  const std::string path = Find(name);
  if (path.empty()) return Fail(name, "is not installed");
  arguments.front() = path;  // sshd -t and -T must be called by an absolute path
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return Fail(name, "no pipe");
  const UniqueFd reading(ends[0]);
  UniqueFd writing(ends[1]);
  const pid_t pid = SpawnSettings(writing.get(), errors).Spawn(path, std::move(arguments));
  if (pid < 0) return Fail(name, "cannot be started");
  writing = UniqueFd();
  const auto deadline = Clock::now() + std::chrono::seconds(patience.count);
  Output output = ReadOutput(reading, deadline);
  if (!output.is_complete) kill(pid, SIGKILL);
  const int exit_code = WaitFor(pid);
  if (!output.is_complete) {
    return Fail(name, "was not done after " + std::to_string(patience.count) + " s");
  }
  return ProgramEnd{exit_code, std::move(output.text)};
}

}  // namespace pamjwt::ctl
