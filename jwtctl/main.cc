#include <cstdio>
#include <exception>
#include <iostream>

#include "io/standard_streams.h"
#include "jwtctl/commands/verbs.h"
#include "jwtctl/exit_code.h"

namespace pamjwt::ctl {
namespace {

// In the order of the help.
constexpr void (*kVerbs[])(CommandLine&) = {
    AddExplain, AddInspect, AddCheck,   AddDoctor,        AddStatus,   AddKeys,   AddRefresh,
    AddDeny,    AddDenied,  AddUndeny,  AddDenylistVerbs, AddSessions, AddEnable, AddDisable,
    AddKeygen,  AddMint,    AddCertify, AddClientProfile, AddComplete};

int Run(int argc, char** argv) {
  CommandLine line;
  for (const auto add : kVerbs) {
    add(line);
  }
  return line.Run(argc, argv);
}

}  // namespace
}  // namespace pamjwt::ctl

// An exception means that there is no verdict. The exit code 1 would mean a refusal.
int main(int argc, char** argv) {
  pamjwt::KeepStandardStreams();
  try {
    const int code = pamjwt::ctl::Run(argc, argv);
    std::cout.flush();
    if (std::cout.good()) return code;
    std::cerr << "jwtctl: standard output cannot be written\n";
  } catch (const std::exception& error) {
    std::fprintf(stderr, "jwtctl: %s\n", error.what());
  }
  return pamjwt::ctl::kNoVerdict;
}
