#include "ssh-jwt/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "io/system_error.h"
#include "io/unique_fd.h"

namespace pamjwt::ssh {
namespace {

constexpr int kCannotRun = 127;

/// Returns pointers to `strings` as execve takes them. The strings must outlive them.
std::vector<char*> Pointers(const std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (const std::string& text : strings) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

/// Reads to the end, or until there is more than `max_bytes` if the excess ends the program.
Output ReadAll(int fd, std::size_t max_bytes, Excess excess) {
  Output output;
  std::array<char, 4096> block{};
  while (!output.is_cut || excess == Excess::kDrop) {
    const ssize_t got = read(fd, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    const auto size = static_cast<std::size_t>(got);
    const std::size_t space = max_bytes - output.text.size();
    output.text.Append({block.data(), std::min(space, size)});
    output.is_cut = output.is_cut || size > space;
  }
  explicit_bzero(block.data(), block.size());
  return output;
}

int Wait(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return ExitStatus(status);
}

}  // namespace

Result<pid_t> Start(const std::vector<std::string>& arguments,
                    const std::vector<std::string>& environment, const Streams& streams) {
  const pid_t pid = fork();
  if (pid < 0) return SystemError("fork");
  if (pid > 0) return pid;

  dup2(streams.input, STDIN_FILENO);
  dup2(streams.output, STDOUT_FILENO);
  dup2(streams.error, STDERR_FILENO);
  Become(arguments, environment);
  _exit(kCannotRun);
}

void Become(const std::vector<std::string>& arguments,
            const std::vector<std::string>& environment) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(arguments[0].c_str(), Pointers(arguments).data(), Pointers(environment).data());
}

Result<Output> Capture(const std::vector<std::string>& arguments, CapturedStream stream,
                       std::size_t max_bytes, std::optional<int> input, Excess excess) {
  const UniqueFd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (nothing.get() < 0) return SystemError("/dev/null");
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return SystemError("pipe");
  const UniqueFd ours(ends[0]);
  UniqueFd theirs(ends[1]);

  Streams streams{
      .input = input.value_or(nothing.get()), .output = nothing.get(), .error = nothing.get()};
  (stream == CapturedStream::kError ? streams.error : streams.output) = theirs.get();
  if (stream == CapturedStream::kOutput) {
    streams.error = STDERR_FILENO;
  }
  const Result<pid_t> pid = Start(arguments, Environment(), streams);
  if (!pid.ok()) return pid.error();
  theirs = UniqueFd();

  Output output = ReadAll(ours.get(), max_bytes, excess);
  if (output.is_cut && excess == Excess::kEnd) {
    kill(pid.value(), SIGKILL);
  }
  output.status = Wait(pid.value());
  return output;
}

int ExitStatus(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

std::vector<std::string> Environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    variables.emplace_back(*variable);
  }
  return variables;
}

}  // namespace pamjwt::ssh
