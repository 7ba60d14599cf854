#include "ssh-jwt/process.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

#include "io/program_of.h"
#include "io/system_error.h"

namespace pamjwt::ssh {
namespace {

std::string DirectoryOf(pid_t pid) {
  return "/proc/" + std::to_string(pid);
}

}  // namespace

pid_t ParentOf(pid_t pid) {
  std::ifstream file(DirectoryOf(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  // `pid (name) state parent ...`; the name may have blanks and parentheses in it.
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream rest(line.substr(name_end + 1));
  char state = 0;
  pid_t parent = 0;
  return rest >> state >> parent ? parent : 0;
}

std::string NameOfProcess(pid_t pid) {
  std::ifstream file(DirectoryOf(pid) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

Result<Invocation> InvocationOf(pid_t pid, uid_t owner) {
  const std::string directory = DirectoryOf(pid);
  struct stat info {};
  if (stat(directory.c_str(), &info) != 0) return SystemError(directory);
  if (info.st_uid != owner) {
    return Error{Reason::kInternal, "the program that asks belongs to another user"};
  }
  Result<std::string> program = ProgramOf(pid);
  if (!program.ok()) return program.error();
  std::ifstream file(directory + "/cmdline", std::ios::binary);
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  if (line.empty()) return Error{Reason::kInternal, directory + "/cmdline: cannot be read"};

  Invocation invocation{std::move(program).value(), {}};
  std::istringstream words(line);
  std::string word;
  std::getline(words, word, '\0');
  while (std::getline(words, word, '\0')) {
    invocation.arguments.push_back(word);
  }
  return invocation;
}

}  // namespace pamjwt::ssh
