#pragma once

#include "core/login/decide.h"
#include "core/login/module_options.h"
#include "io/config_file.h"
#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// Decides with the files and the daemon of this host, and with the options of a PAM line. With
/// `debug`, logs each step, and which variables of `export` are left out. The result points into
/// `loaded`.
Decision Judge(const PamHandle& pam, const ModuleOptions& options, const LoadedConfig& loaded,
               const LoginRequest& request);

}  // namespace pamjwt
