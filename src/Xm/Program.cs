using Linux.Interop;
using Xm;
using Xm.Host;

var surroundings = ProcessSurroundings.Create(args, StandardDescriptors.Fill());
try
{
    return new XmProgram(surroundings).Run(args);
}
catch (Exception error)
{
    return LastWords.Say(error, surroundings);
}
