/* Empty where the headers of cairo and pango are not installed: Shinkei then draws no PNG and no PDF. */
#if defined(__has_include)
#if __has_include(<pango/pangocairo.h>)
#include <pango/pangocairo.h>
#endif
#endif
