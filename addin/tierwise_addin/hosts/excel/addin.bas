' Worksheet functions and ribbon commands of tierwise. Cells go to Python as they are; nothing is computed here.
Option Explicit

Public LastMessage As String

Private Function Mark() As String
    Mark = Chr$(2) & "tierwise-error:"
End Function

' A range without the unused rows and columns at its end: A:A has a million cells, mostly blank.
Private Function Used(ByVal given As Range) As Range
    Dim rows As Long, columns As Long
    With given.Worksheet.UsedRange
        rows = .Row + .Rows.Count - given.Row
        columns = .Column + .Columns.Count - given.Column
    End With
    If rows < 1 Then rows = 1
    If columns < 1 Then columns = 1
    If rows > given.Rows.Count Then rows = given.Rows.Count
    If columns > given.Columns.Count Then columns = given.Columns.Count
    Set Used = given.Resize(rows, columns)
End Function

' What Python answered, with its marks turned into true error values.
Private Function Shown(ByVal result As Variant) As Variant
    Dim row As Long, column As Long
    If Not IsArray(result) Then
        Shown = ShownCell(result)
        Exit Function
    End If
    If IsOneRow(result) Then
        For column = LBound(result) To UBound(result)
            If VarType(result(column)) = vbString Then result(column) = ShownCell(result(column))
        Next column
        Shown = result
        Exit Function
    End If
    For row = LBound(result, 1) To UBound(result, 1)
        For column = LBound(result, 2) To UBound(result, 2)
            If VarType(result(row, column)) = vbString Then result(row, column) = ShownCell(result(row, column))
        Next column
    Next row
    Shown = result
End Function

' xlwings sends one row as an array of one dimension.
Private Function IsOneRow(ByVal result As Variant) As Boolean
    Dim last As Long
    On Error GoTo one
    last = UBound(result, 2)
    Exit Function
one:
    IsOneRow = True
End Function

Private Function ShownCell(ByVal cell As Variant) As Variant
    ShownCell = cell
    If VarType(cell) <> vbString Then Exit Function
    If Left$(cell, Len(Mark)) <> Mark Then Exit Function
    ShownCell = CVErr(CLng(Mid$(cell, Len(Mark) + 1, 4)))
    If Len(cell) > Len(Mark) + 5 Then Tell Mid$(cell, Len(Mark) + 6)
End Function

Private Function Failed(ByVal reason As String) As Variant
    Tell reason
    Failed = CVErr(xlErrValue)
End Function

Private Sub Tell(ByVal message As String)
    LastMessage = message
    On Error Resume Next
    Application.StatusBar = Left$(message, 255)
End Sub

' ---- ribbon

Public Sub TierwiseLoaded(ribbon As IRibbonUI)
    Application.OnTime Now, "'" & ThisWorkbook.Name & "'!TierwiseRegister"
End Sub

' Help of the function wizard, from columns D to G of the sheet: name, description, category, arguments.
Public Sub TierwiseRegister()
    Dim entry As Range
    On Error Resume Next
    For Each entry In ThisWorkbook.Worksheets(1).Range("D1").CurrentRegion.Rows
        If entry.Cells(1, 4).Value = "" Then
            Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & entry.Cells(1, 1).Value, _
                Description:=entry.Cells(1, 2).Value, Category:=entry.Cells(1, 3).Value
        Else
            Application.MacroOptions Macro:="'" & ThisWorkbook.Name & "'!" & entry.Cells(1, 1).Value, _
                Description:=entry.Cells(1, 2).Value, Category:=entry.Cells(1, 3).Value, _
                ArgumentDescriptions:=Split(entry.Cells(1, 4).Value, vbLf)
        End If
    Next entry
End Sub

' Starts a command beside Excel, which stays free to cancel it. The workbook's name goes by the environment: in
' a command line its characters could mean something.
Private Sub StartCommand(ByVal commandName As String)
    With CreateObject("WScript.Shell")
        If Not ActiveWorkbook Is Nothing Then .Environment("Process").Item("TIERWISE_BOOK") = ActiveWorkbook.Name
        .Run Chr$(34) & Interpreter() & Chr$(34) & " -P -m tierwise_addin.hosts.excel.ribbon " & commandName, 0, False
    End With
End Sub

Public Sub TierwiseRun(control As IRibbonControl)
    StartCommand "run"
End Sub

Public Sub TierwiseRobustness(control As IRibbonControl)
    StartCommand "robustness"
End Sub

Public Sub TierwiseCheck(control As IRibbonControl)
    StartCommand "check"
End Sub

Public Sub TierwiseExplain(control As IRibbonControl)
    StartCommand "explain"
End Sub

Public Sub TierwiseClean(control As IRibbonControl)
    StartCommand "clean"
End Sub

Public Sub TierwiseSend(control As IRibbonControl)
    StartCommand "send"
End Sub

Public Sub TierwiseCollect(control As IRibbonControl)
    StartCommand "collect"
End Sub

Public Sub TierwiseRepair(control As IRibbonControl)
    StartCommand "repair"
End Sub

Public Sub TierwiseCancel(control As IRibbonControl)
    StartCommand "cancel"
End Sub

Public Sub TierwiseSettings(control As IRibbonControl)
    StartCommand "settings"
End Sub

Public Sub TierwiseHelp(control As IRibbonControl)
    StartCommand "help"
End Sub

Public Sub TierwiseInsert(control As IRibbonControl)
    Application.Dialogs(xlDialogFunctionWizard).Show
End Sub

Public Sub TierwiseLastMessage(control As IRibbonControl)
    Dim message As String
    message = LastMessage
    If message = "" Then message = Asked()
    If message = "" Then message = ThisWorkbook.Worksheets(1).Range("I1").Value
    MsgBox message, vbInformation, "tierwise"
End Sub

' Functions of an XLL keep their reasons themselves.
Private Function Asked() As String
    Dim answer As Variant, cell As Variant
    On Error Resume Next
    answer = Application.Evaluate("IDX_LASTERROR()")
    If Not IsArray(answer) Then answer = Array(answer)
    For Each cell In answer
        If VarType(cell) = vbString Then Asked = cell
    Next cell
End Function

' ---- worksheet functions
