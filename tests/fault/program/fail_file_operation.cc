// A library for LD_PRELOAD: ends a program at one of its operations that change the files below a
// directory, or lets that one and all later ones fail, as on a full disk.
//
// PAMJWT_FILES_PROGRAM  the path of the program; others run as usual
// PAMJWT_FILES_BELOW    the directory, without a link on the way
// PAMJWT_FILES_POINT    the number of the operation, from 1 on
// PAMJWT_FILES_FAULT    "kill": SIGKILL in place of the operation; "torn": SIGKILL in the middle of
//                       a write, other operations do not count; or the number of an errno
// PAMJWT_FILES_NOTE     a descriptor that gets the name of the operation
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <string>
#include <string_view>

// NOLINTBEGIN(readability-identifier-naming): names of libc

namespace {

enum class Fault { kKill, kTorn, kError };

struct State {
  Fault fault = Fault::kKill;
  int error = 0;
  long point = 0;
  long passed = 0;
  int note = -1;
  std::string below;
};
State* state = nullptr;  // of the program that is watched

std::string Variable(const char* name) {
  const char* const text = getenv(name);
  return text == nullptr ? "" : text;
}

std::string Link(const std::string& link) {
  std::array<char, 4096> path{};
  const long size = syscall(SYS_readlink, link.c_str(), path.data(), path.size());
  return size <= 0 ? "" : std::string(path.data(), static_cast<std::size_t>(size));
}

__attribute__((constructor)) void Arm() {
  if (Variable("PAMJWT_FILES_PROGRAM") != Link("/proc/self/exe")) return;
  state = new State;
  const std::string fault = Variable("PAMJWT_FILES_FAULT");
  state->fault = fault == "kill" ? Fault::kKill : fault == "torn" ? Fault::kTorn : Fault::kError;
  state->error = atoi(fault.c_str());
  state->point = atol(Variable("PAMJWT_FILES_POINT").c_str());
  state->note = atoi(Variable("PAMJWT_FILES_NOTE").c_str());
  state->below = Variable("PAMJWT_FILES_BELOW");
}

std::string PathOf(int fd) {
  return Link("/proc/self/fd/" + std::to_string(fd));
}

bool Exists(int directory, const char* name) {
  struct stat status {};
  const int error = errno;
  const bool exists = fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  errno = error;
  return exists;
}

/// Returns whether this is the point of the fault, or one behind it.
bool IsReached(std::string_view operation, const std::string& path) {
  if (!(path + "/").starts_with(state->below + "/") || ++state->passed < state->point) return false;
  if (state->passed == state->point) {
    const std::string text = std::string(operation) + " " + path.substr(path.rfind('/') + 1);
    syscall(SYS_write, state->note, text.data(), text.size());
  }
  return true;
}

[[noreturn]] void Die() {
  syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  abort();
}

/// Returns whether the operation fails, with errno set. Does not return if the program ends here.
bool Fails(std::string_view operation, const std::string& path) {
  if (state->fault == Fault::kTorn || !IsReached(operation, path)) return false;
  if (state->fault == Fault::kKill) Die();
  errno = state->error;
  return true;
}
bool Fails(std::string_view operation, int directory, const char* name) {
  return Fails(operation, PathOf(directory) + "/" + name);
}

}  // namespace

#define IN_PLACE_OF extern "C" __attribute__((visibility("default")))
#define NEXT(name)                                                                        \
  ([] {                                                                                   \
    static auto* const next = reinterpret_cast<decltype(&name)>(dlsym(RTLD_NEXT, #name)); \
    return next;                                                                          \
  }())

IN_PLACE_OF int openat(int directory, const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const bool creates = (flags & O_CREAT) != 0;
  const mode_t mode = creates ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  const bool is_change = state != nullptr && creates && !Exists(directory, name);
  if (is_change && Fails("openat", directory, name)) return -1;
  return NEXT(openat)(directory, name, flags, mode);
}
IN_PLACE_OF int mkdir(const char* path, mode_t mode) noexcept {
  const bool is_change = state != nullptr && !Exists(AT_FDCWD, path);
  return is_change && Fails("mkdir", path) ? -1 : NEXT(mkdir)(path, mode);
}
IN_PLACE_OF int fchmod(int fd, mode_t mode) noexcept {
  return state != nullptr && Fails("fchmod", PathOf(fd)) ? -1 : NEXT(fchmod)(fd, mode);
}
IN_PLACE_OF ssize_t write(int fd, const void* data, std::size_t size) {
  if (state != nullptr && state->fault == Fault::kTorn && IsReached("write", PathOf(fd))) {
    syscall(SYS_write, fd, data, size / 2);
    Die();
  }
  return state != nullptr && Fails("write", PathOf(fd)) ? -1 : NEXT(write)(fd, data, size);
}
IN_PLACE_OF int fsync(int fd) {
  return state != nullptr && Fails("fsync", PathOf(fd)) ? -1 : NEXT(fsync)(fd);
}
IN_PLACE_OF int renameat(int from, const char* old_name, int into, const char* name) noexcept {
  if (state != nullptr && Fails("renameat", into, name)) return -1;
  return NEXT(renameat)(from, old_name, into, name);
}
IN_PLACE_OF int unlinkat(int directory, const char* name, int flags) noexcept {
  // A full disk does not keep a file from being removed.
  const bool is_change = state != nullptr && state->error != ENOSPC && Exists(directory, name);
  if (is_change && Fails("unlinkat", directory, name)) return -1;
  return NEXT(unlinkat)(directory, name, flags);
}

// NOLINTEND(readability-identifier-naming)
