using Xm;
using Xm.Host;

return new XmProgram(ProcessSurroundings.Create(args)).Run(args);
