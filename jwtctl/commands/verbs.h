#pragma once

#include "jwtctl/commands/command_line.h"

namespace pamjwt::ctl {

/// Each adds a verb with its options. Their order in the help is that of the table in main.cc.
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
void AddEnable(CommandLine& line);
void AddDisable(CommandLine& line);
void AddKeygen(CommandLine& line);
void AddMint(CommandLine& line);

}  // namespace pamjwt::ctl
