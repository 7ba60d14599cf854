#include "sshd-keys/ask_judge.h"

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <climits>

namespace pamjwt::keys {
namespace {

/// Returns the path of the library: that of this program, and "-judge.so" behind it.
///
/// dlopen() would find "$ORIGIN/..." too, but not in a process that runs in another SELinux domain
/// than its parent (AT_SECURE).
std::string JudgePath() {
  std::array<char, PATH_MAX> program{};
  const ssize_t size = readlink("/proc/self/exe", program.data(), program.size());
  return std::string(program.data(), size < 0 ? 0 : static_cast<std::size_t>(size)) + "-judge.so";
}

Error CannotLoad() {
  const char* const why = dlerror();
  return {Reason::kInternal, why == nullptr ? "the library has no judge" : why};
}

}  // namespace

Result<std::string> AskJudge(const Question& question) {
  const std::string path = JudgePath();
  // A path that is not absolute would be searched for.
  if (!path.starts_with('/')) return Error{Reason::kInternal, "/proc/self/exe cannot be read"};
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return CannotLoad();
  auto* const judge = reinterpret_cast<JudgeFunction*>(dlsym(library, kJudgeFunction));
  if (judge == nullptr) return CannotLoad();
  return std::string(judge(&question));  // the library stays loaded until the process ends
}

}  // namespace pamjwt::keys
