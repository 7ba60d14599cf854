#include "jwt-sso/verbs/run_net.h"

#include <unistd.h>

#include "io/program_of.h"
#include "io/system_error.h"

namespace pamjwt::sso {

Result<std::string> OwnPath() {
  return ProgramOf(getpid());
}

Error RunNet(const std::vector<std::string>& words) {
  const Result<std::string> own = OwnPath();
  if (!own.ok()) return own.error();
  const std::string& path = own.value();
  const std::string net = path.substr(0, path.rfind('/') + 1) + PAMJWT_NET_FROM_BIN;

  std::string name = "jwt-sso";
  std::vector<std::string> copies = words;
  std::vector<char*> arguments = {name.data()};
  for (std::string& word : copies) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  execv(net.c_str(), arguments.data());
  Error error = SystemError("run", net);
  error.detail += ": install the package jwt-sso again, this part of it is missing";
  return error;
}

}  // namespace pamjwt::sso
