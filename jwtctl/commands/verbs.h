#pragma once

#include "jwtctl/commands/command_line.h"

namespace pamjwt::ctl {

/// Adds the verb `explain` with its options to the command line. Each function below adds one verb
/// in the same way. The table in main.cc has their order in the help.
void AddExplain(CommandLine& line);
void AddInspect(CommandLine& line);
void AddCheck(CommandLine& line);
void AddDoctor(CommandLine& line);
void AddStatus(CommandLine& line);
void AddKeys(CommandLine& line);
void AddRefresh(CommandLine& line);
void AddDeny(CommandLine& line);
void AddDenied(CommandLine& line);
void AddUndeny(CommandLine& line);
void AddDenylistVerbs(CommandLine& line);
void AddSessions(CommandLine& line);
void AddEnable(CommandLine& line);
void AddDisable(CommandLine& line);
void AddKeygen(CommandLine& line);
void AddMint(CommandLine& line);
void AddCertify(CommandLine& line);
void AddClientProfile(CommandLine& line);
/// Adds the hidden verb `complete`, which the completion scripts in completion/ call. Its output is
/// for them alone, and may change.
void AddComplete(CommandLine& line);

}  // namespace pamjwt::ctl
