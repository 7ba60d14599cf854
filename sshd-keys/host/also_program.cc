#include "sshd-keys/host/also_program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "sshd-keys/host/safe_program.h"

namespace pamjwt::keys {
namespace {

Error Failed(std::string why) {
  return {Reason::kInternal, std::move(why)};
}

/// Returns pointers to the words, and a null pointer behind them, for execv(3).
std::vector<char*> PointersTo(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (const std::string& word : words) {
    pointers.push_back(const_cast<char*>(word.c_str()));  // execv does not write them
  }
  pointers.push_back(nullptr);
  return pointers;
}

/// Becomes the program. This is between fork and execv, so it calls only async-signal-safe
/// functions.
[[noreturn]] void Execute(const char* program, char* const* words, int output, pid_t parent) {
  constexpr int kCannotExecute = 127;  // as the shell says it
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool has_parent = getppid() == parent;  // else the parent died before the line above
  signal(SIGPIPE, SIG_DFL);                     // main ignores it
  if (has_parent && dup2(output, STDOUT_FILENO) >= 0) {
    execv(program, words);
  }
  _exit(kCannotExecute);
}

/// Reads until the end, or until `text` has more than kMaxAlsoBytes.
Result<std::string> ReadAll(int fd) {
  std::string text;
  std::array<char, 16384> piece{};
  while (text.size() <= kMaxAlsoBytes) {
    const ssize_t size = read(fd, piece.data(), piece.size());
    if (size == 0) return text;
    if (size < 0 && errno != EINTR) return Failed("its output cannot be read");
    if (size > 0) text.append(piece.data(), static_cast<std::size_t>(size));
  }
  return Failed("it prints more than 1 MiB");
}

Status WaitFor(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) return Failed("how it ended is not known");
  }
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (signal != 0) return Failed("signal " + std::to_string(signal) + " ended it");
  if (WEXITSTATUS(status) == 0) return Ok();
  return Failed("it exited with status " + std::to_string(WEXITSTATUS(status)));
}

}  // namespace

Result<AlsoProgram> AlsoProgram::Start(const std::vector<std::string>& command) {
  const Result<std::string> program = FindSafeProgram(command.front());
  if (!program.ok()) return program.error();
  std::array<int, 2> ends{-1, -1};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return Failed("no pipe can be made");
  UniqueFd output(ends[0]);
  const UniqueFd input(ends[1]);
  const std::vector<char*> words = PointersTo(command);
  signal(SIGCHLD, SIG_DFL);  // if the parent ignored it, the exit status would be lost
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process < 0) return Failed("no process can be made");
  if (process == 0) Execute(program.value().c_str(), words.data(), input.get(), parent);
  return AlsoProgram(process, std::move(output));
}

Result<std::string> AlsoProgram::Finish() && {
  Result<std::string> text = ReadAll(output_.get());
  if (!text.ok()) {
    kill(process_, SIGKILL);
  }
  const Status ended = WaitFor(process_);
  if (text.ok() && !ended.ok()) return ended.error();
  return text;
}

}  // namespace pamjwt::keys
