#pragma once

#include "core/config/client_profile.h"

namespace pamjwt {

/// Returns whether no person takes part in a flow, so that it can run again at any time.
bool IsOfMachine(ClientFlow flow);

}  // namespace pamjwt
