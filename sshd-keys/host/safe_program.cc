#include "sshd-keys/host/safe_program.h"

#include <sys/stat.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <utility>

namespace pamjwt::keys {
namespace {

Error Unsafe(const std::string& path, const std::string& why) {
  return {Reason::kConfigInvalid, path + " " + why};
}

/// Checks one file or directory on the way to the program.
Status CheckOne(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return Unsafe(path, "cannot be found");
  if (info.st_uid != 0) return Unsafe(path, "does not belong to root");
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Unsafe(path, "can be written by its group or by others");
  }
  return Ok();
}

}  // namespace

Result<std::string> FindSafeProgram(const std::string& path) {
  if (!path.starts_with('/')) return Unsafe(path, "is not an absolute path");
  std::array<char, PATH_MAX> resolved{};
  if (realpath(path.c_str(), resolved.data()) == nullptr) return Unsafe(path, "cannot be found");
  const std::string program(resolved.data());
  struct stat info {};
  if (stat(program.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Unsafe(path, "is not a regular file");
  }
  for (std::string place = program; true;) {
    Status status = CheckOne(place);
    if (!status.ok()) return std::move(status).error();
    if (place == "/") return program;
    const std::size_t slash = place.rfind('/');
    place.resize(slash == 0 ? 1 : slash);
  }
}

}  // namespace pamjwt::keys
